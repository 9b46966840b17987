import {
  CcxtEngine,
  type CcxtReply,
  Mapping,
  type NotOffered,
  type PolledDataset,
  Reference,
} from '@feedlake/exchanges';
import type { RestClient, RestRules } from '@feedlake/transport';
import { RowBuffer } from './row-buffer.ts';
import type { HistoryOffer, PageListener, SnapshotOffer, Venue } from './venue.ts';

export interface CcxtVenueOptions {
  /** The exchange id that rows carry. */
  readonly id: string;
  /** The exchange by its id among ccxt's. */
  readonly exchange: string;
  /** ccxt's own `options`. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Part of the exchange's request budget, as ccxt knows it, that may be used. */
  readonly share: number;
  /** How many calls to ccxt may be under way at once. */
  readonly concurrency: number;
  /** Opens a client for the hosts of these rules, or gives one that it opened for them before. */
  readonly connect: (rules: RestRules) => RestClient;
}

/** An exchange through ccxt, which is loaded at the first call. All requests go through clients of ours. */
export class CcxtVenue implements Venue {
  readonly id: string;
  readonly reference = new Reference();
  readonly #options: CcxtVenueOptions;
  readonly #clients = new Set<RestClient>();
  #engine: Promise<CcxtEngine> | null = null;

  constructor(options: CcxtVenueOptions) {
    this.id = options.id;
    this.#options = options;
  }

  async instruments(_wanted: readonly string[] | null, buffer: RowBuffer, signal: AbortSignal): Promise<void> {
    const engine = await this.#opened();
    this.#take(await engine.instruments(signal), buffer);
  }

  symbolOf(venueSymbol: string): string | null {
    return this.reference.instruments.get(venueSymbol)?.symbol ?? null;
  }

  async snapshot(dataset: PolledDataset): Promise<SnapshotOffer | NotOffered> {
    const engine = await this.#opened();
    const offer = engine.snapshot(dataset);
    if ('notOffered' in offer) return offer;
    return {
      needsNames: true,
      atOnce: this.#options.concurrency,
      parts: (names) =>
        offer.requests(names ?? []).map(({ symbol, fetch }) => ({
          symbol,
          fetch: async (buffer, signal, onPage) => this.#take(await fetch(signal), buffer, onPage),
        })),
    };
  }

  async history(dataset: PolledDataset): Promise<HistoryOffer | NotOffered> {
    const engine = await this.#opened();
    const offer = engine.history(dataset);
    if ('notOffered' in offer) return offer;
    const { periods, horizonSeconds } = offer;
    return {
      periods,
      horizonSeconds,
      fetch: (query, buffer, signal, onPage) =>
        engine.fetchHistory(dataset, query, signal, (reply) => this.#take(reply, buffer, onPage)),
    };
  }

  requests(): number {
    return [...this.#clients].reduce((sum, client) => sum + client.stats().requests, 0);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients].map((client) => client.close()));
  }

  #opened(): Promise<CcxtEngine> {
    const { id, exchange, options, share } = this.#options;
    this.#engine ??= CcxtEngine.open(exchange, { id, options, share, connect: (rules) => this.#connect(rules) });
    // What failed once may work the next time.
    this.#engine.catch(() => {
      this.#engine = null;
    });
    return this.#engine;
  }

  #connect(rules: RestRules): RestClient {
    const client = this.#options.connect(rules);
    this.#clients.add(client);
    return client;
  }

  #take(reply: CcxtReply, buffer: RowBuffer, onPage?: PageListener): void {
    const page = new RowBuffer();
    const source = reply.simulated ? 'simulated' : 'rest';
    const { received } = reply;
    const symbolOf = (name: string) => this.symbolOf(name);
    const origin = { exchange: this.id, received, source, request: null, reference: this.reference, symbolOf } as const;
    reply.map(new Mapping(origin, page));
    buffer.take(page);
    onPage?.({ rows: page.rows.length });
  }
}
