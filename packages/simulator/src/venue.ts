/** What the parts of the simulator agree on: venues, requests, replies and the facts that a reply states. */

/** The venues that can be simulated, by the ids that the rest of the project uses. */
export const venueIds = ['binance', 'bybit', 'hyperliquid', 'backpack'] as const;
export type VenueId = (typeof venueIds)[number];

/** A request as a venue sees it. */
export interface VenueRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** As it came, without the question mark. */
  readonly queryText: string;
  readonly query: URLSearchParams;
  readonly body: string;
  /** `content-type` header, "" where absent. */
  readonly contentType: string;
}

/** One thing that a reply states, in the venue's own names and texts. */
export interface Fact {
  readonly dataset: string;
  /** `current`, `history`, `running` or `settled`; of streams `stream`, `snapshot` or `replay`. */
  readonly kind: string;
  /** The venue's own name of the instrument. */
  readonly symbol: string;
  /** The time that the reply gives it, in microseconds; null where the reply gives none. */
  readonly time: number | null;
  /** Field name on the wire to its text as sent (a number's digits); null where the wire says null. */
  readonly fields: Readonly<Record<string, string | null>>;
  /** Position of the row in the reply's list, or in the stream's message. */
  readonly row: number;
}

export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly facts?: readonly Fact[];
  /** What the reply costs of the venue's first budget, on top of the request's own weight. */
  readonly extraCost?: number;
}

/** A budget that a venue enforces per address. */
export interface Budget {
  readonly pool: string;
  readonly capacity: number;
  readonly seconds: number;
  /** How many requests over the limit are answered with a mere refusal before the address is banned. */
  readonly banAfter?: number;
  readonly banSeconds?: number;
}

/** How a venue words its refusals. Times in microseconds. */
export interface Refusals {
  rateLimited(at: number): Reply;
  banned(at: number, until: number): Reply;
  unavailable(at: number, status: number): Reply;
}

/** A venue's REST API: pure answers, no socket. */
export interface VenueApi {
  readonly id: VenueId;
  /** Whether the answers come from the model; recorded ones do not. */
  readonly simulated: boolean;
  readonly budgets: readonly Budget[];
  readonly refusals: Refusals;
  /** What a request costs, by pool. */
  costs(request: VenueRequest): Readonly<Record<string, number>>;
  /** Headers that tell the client what it has used up, by pool. */
  usageHeaders(used: Readonly<Record<string, number>>): Readonly<Record<string, string>>;
  /** @param at the venue's time, in microseconds. */
  answer(request: VenueRequest, at: number): Reply;
}
