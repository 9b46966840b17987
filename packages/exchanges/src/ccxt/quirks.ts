import {
  baseInValueField,
  inBaseUnits,
  inBaseVolumeField,
  inContracts,
  type ReadOpenInterest,
  withBybitSides,
  withHyperliquidMark,
} from './open-interest.ts';

/** In what ccxt's structures of one exchange differ from what they are declared to be. */
export interface Quirks {
  /** The class of ccxt that stands for the exchange, where it is not the one of its name. */
  readonly className?: string;
  /** Field of a market's `info` that holds the venue's own name, where `id` is something else. */
  readonly nameField?: string;
  /** What the open interest counts. Without it only contracts of one base unit are understood. */
  readonly openInterest?: ReadOpenInterest;
  /** The present open interest is taken from the tickers. */
  readonly openInterestInTickers?: true;
  /** Parameters without which a bulk call for open interest brings perpetuals, whatever futures it names. */
  readonly futuresParameters?: object;
  /** Why ccxt's history of open interest is not used. */
  readonly noOpenInterestHistory?: string;
  /** How far back the venue keeps open interest. */
  readonly openInterestDays?: number;
  /** `interval` of a funding rate is a constant of ccxt's, not what the venue states. */
  readonly assumedInterval?: true;
  /**
   * `fundingTimestamp` is computed by ccxt, not told by the venue: it is left out, or, where the venue's rules say so,
   * the next full hour after receipt.
   */
  readonly fundingTime?: 'not_told' | 'next_hour';
  /** The price step is computed by ccxt; the venue has none. */
  readonly assumedTick?: true;
  /** Rows asked for in one page of history. */
  readonly perPage?: number;
  /** The parameter that bounds a page of history at its end, exclusively, where ccxt's `until` has no effect. */
  readonly endParameter?: string;
}

const okx: Quirks = {
  // `openInterestAmount` counts contracts, `baseVolume` is the same in the base asset.
  openInterest: inBaseVolumeField,
  futuresParameters: { instType: 'FUTURES' },
  noOpenInterestHistory:
    "what ccxt gives as OKX's history of open interest is the sum over all contracts of a currency",
  // `until` is passed on as it is, and OKX does not know it.
  endParameter: 'after',
};

const gate: Quirks = { openInterest: inContracts };

const bybit: Quirks = {
  // Counts both sides; a single request would bring the last hour's bucket, not the present.
  openInterest: withBybitSides,
  openInterestInTickers: true,
  perPage: 200,
};

const binance: Quirks = { openInterest: inBaseUnits, openInterestDays: 30, perPage: 500 };

/** By exchange id, from the sources of ccxt 4.5.84. */
const known: Readonly<Record<string, Quirks>> = {
  // feedlake's `binance` is USD-M; ccxt's class of that name is spot first.
  binance: { ...binance, className: 'binanceusdm' },
  binanceusdm: binance,
  binancecoinm: {
    openInterest: inContracts,
    noOpenInterestHistory: "ccxt asks COIN-M's history of open interest by pair and gets that of another contract",
  },
  bybit,
  bybiteu: bybit,
  bybitid: bybit,
  okx,
  okxus: okx,
  myokx: okx,
  gate,
  gateeu: gate,
  hyperliquid: {
    nameField: 'name',
    openInterest: withHyperliquidMark,
    fundingTime: 'next_hour',
    assumedInterval: true,
    assumedTick: true,
    perPage: 500,
  },
  backpack: { openInterest: baseInValueField, assumedInterval: true, perPage: 1000 },
  cryptocom: { assumedInterval: true, fundingTime: 'not_told' },
  deribit: { assumedInterval: true },
  krakenfutures: { assumedInterval: true },
  nado: { assumedInterval: true },
  pacifica: { assumedInterval: true, fundingTime: 'not_told' },
};

/** What is to be known of an exchange beyond what ccxt's structures say. */
export function quirksOf(exchange: string): Quirks {
  return Object.hasOwn(known, exchange) ? (known[exchange] ?? {}) : {};
}
