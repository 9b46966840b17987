import { minute, now } from '@feedlake/schema';
import type { HistoryQuery, NotOffered, PolledDataset } from '../adapter.ts';
import type { Mapping } from '../mapping.ts';
import { type Answer, CcxtExchange, type ExchangeOptions } from './exchange.ts';
import { fetchHistory, type HistoryOffer, historyOffer } from './history.ts';
import { mapInstrument } from './market.ts';
import { Markets } from './markets.ts';
import { type Quirks, quirksOf } from './quirks.ts';
import { type Asked, noSnapshot, snapshotRequests } from './snapshot.ts';

/** What a call to ccxt brought, ready to be mapped to rows. */
export interface CcxtReply extends Pick<Answer<unknown>, 'received' | 'simulated'> {
  map(mapping: Mapping): void;
}

/** An independent part of a snapshot. */
export interface CcxtRequest {
  /** The venue's own name of the instrument that it is about; null = several. */
  readonly symbol: string | null;
  fetch(signal: AbortSignal): Promise<CcxtReply>;
}

/** The present state of a dataset, as ccxt can get it. */
export interface CcxtSnapshot {
  /** Requests for these instruments, by the venue's own names; as few as the exchange allows. */
  requests(names: readonly string[]): CcxtRequest[];
}

/** Markets change rarely; a list that is older than this is read again. */
const listedFor = 10 * minute;

/** An exchange as ccxt knows it, brought to rows of ours. All of it through clients that the caller makes. */
export class CcxtEngine {
  readonly #exchange: CcxtExchange;
  readonly #quirks: Quirks;
  #markets = new Markets([], {});
  #listed: Answer<unknown> | null = null;
  /** When they were listed, by our own clock (µs). */
  #listedAt = 0;

  private constructor(exchange: CcxtExchange, quirks: Quirks) {
    this.#exchange = exchange;
    this.#quirks = quirks;
  }

  /**
   * Loads ccxt and sets an exchange up; no request is made.
   * @param venue the exchange by its id among feedlake's: `okx`, `binance` (USD-M)
   * @throws RangeError when ccxt has no such exchange.
   */
  static async open(venue: string, options: Omit<ExchangeOptions, 'className'>): Promise<CcxtEngine> {
    const quirks = quirksOf(venue);
    const exchange = await CcxtExchange.open({ ...options, className: quirks.className ?? venue });
    return new CcxtEngine(exchange, quirks);
  }

  /**
   * Lists the perpetuals and dated futures, linear and inverse; what else the engine does needs that list.
   * @throws VenueError when the exchange can't be asked; the signal's reason.
   */
  async instruments(signal: AbortSignal): Promise<CcxtReply> {
    if (this.#listed === null || now() - this.#listedAt >= listedFor) {
      this.#listed = await this.#exchange.call(signal, async (api) => {
        await api.loadMarkets(true);
        this.#markets = new Markets(Object.values(api.markets ?? {}), this.#quirks);
      });
      this.#listedAt = now();
    }
    const { all, rejected } = this.#markets;
    const { precisionMode } = this.#exchange.api;
    const quirks = this.#quirks;
    const { received, simulated } = this.#listed;
    return {
      received,
      simulated,
      map(mapping) {
        for (const reason of rejected) mapping.reject(reason);
        for (const market of all) mapInstrument(market, precisionMode, quirks, mapping);
      },
    };
  }

  /** What the exchange offers of the present state of a dataset. */
  snapshot(dataset: PolledDataset): CcxtSnapshot | NotOffered {
    const notOffered = noSnapshot(dataset, this.#asked);
    if (notOffered !== null) return { notOffered };
    return { requests: (names) => snapshotRequests(dataset, names, this.#asked) };
  }

  /** What the exchange offers of the past of a dataset. */
  history(dataset: PolledDataset): HistoryOffer | NotOffered {
    return historyOffer(dataset, this.#asked);
  }

  /**
   * Fetches a stretch of history page by page; what comes is taken at once, some of it perhaps twice or from outside.
   * @throws VenueError when a request failed for good; NotOfferedError when the exchange does not go back as far; the
   * signal's reason.
   */
  fetchHistory(
    dataset: PolledDataset,
    query: HistoryQuery,
    signal: AbortSignal,
    take: (reply: CcxtReply) => void,
  ): Promise<void> {
    return fetchHistory(dataset, query, this.#asked, signal, take);
  }

  get #asked(): Asked {
    return { exchange: this.#exchange, markets: this.#markets, quirks: this.#quirks };
  }
}
