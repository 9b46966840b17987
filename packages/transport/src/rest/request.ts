import type { Fault } from '../fault.ts';

/** A request to a venue's REST API, as data. */
export interface RestRequest {
  readonly method: 'GET' | 'POST';
  /** Path with query, from the host's root: `/fapi/v1/openInterest?symbol=BTCUSDT`. */
  readonly path: string;
  /** JSON body of a POST. */
  readonly body?: string;
  /** Headers of this request alone, over those of the rules; lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What it costs of the venue's budgets, by pool name. Where the cost depends on the reply: the most it can be. */
  readonly costs: Readonly<Record<string, number>>;
}

/** A reply, whatever its status. */
export interface RestReply {
  readonly status: number;
  /** Lower-case header names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The body's JSON as `parseJson` gives it, parsed once here; where the body is no JSON, its text. */
  readonly value: unknown;
  /** When its last byte arrived, in microseconds since the epoch. */
  readonly received: number;
}

/** One budget of a venue: so many units in so many seconds. */
export interface Budget {
  readonly pool: string;
  readonly capacity: number;
  readonly seconds: number;
}

/** How a venue's REST API behaves: facts and pure functions, brought by its adapter. */
export interface RestRules {
  /** Base URLs, best first. */
  readonly hosts: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly budgets: readonly Budget[];
  /** What the venue says is used up of its budgets in the window now running, by pool. */
  usage?(headers: RestReply['headers']): Readonly<Record<string, number>>;
  /**
   * Classifies a reply in the venue's own terms; called for every reply, 200 included. Null means that the venue has
   * nothing special to say: then the general rules by status and content apply.
   */
  fault(reply: RestReply, request: RestRequest): Fault | null;
}
