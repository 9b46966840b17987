import { type AnyRow, plainDecimal } from '@feedlake/schema';
import type { TruthRecord } from '@feedlake/simulator';

type Texts = Readonly<Record<string, string | null>>;
type Shape = (fields: Texts) => Record<string, string | number | null>;

const ms = (text: string | null | undefined) => (text === null || text === undefined ? null : Number(text) * 1000);
const value = (text: string | null | undefined) => (text === '' ? null : (text ?? null));

/** What a row must say, by what the venue said: written down by the venues' documents, not by the adapters. */
const shapes: Readonly<Record<string, Shape>> = {
  'binance open_interest current': (f) => ({ open_interest: value(f.openInterest) }),
  'binance open_interest history': (f) => ({
    open_interest: value(f.sumOpenInterest),
    open_interest_value: value(f.sumOpenInterestValue),
  }),
  'binance funding_rates running': (f) => ({
    rate: value(f.lastFundingRate),
    funding_time: ms(f.nextFundingTime),
    mark_price: value(f.markPrice),
    index_price: value(f.indexPrice),
  }),
  'binance funding_rates settled': (f) => ({ rate: value(f.fundingRate), mark_price: value(f.markPrice) }),
  'bybit open_interest current': (f) => ({
    open_interest: value(f.singleOpenInterest),
    open_interest_value: value(f.singleOpenInterestValue),
    mark_price: value(f.markPrice),
  }),
  'bybit open_interest history': (f) => ({ open_interest: value(f.singleOpenInterest) }),
  'bybit funding_rates running': (f) => ({
    rate: value(f.fundingRate),
    funding_time: ms(f.nextFundingTime),
    interval_seconds: Number(f.fundingIntervalHour) * 3600,
    mark_price: value(f.markPrice),
    index_price: value(f.indexPrice),
  }),
  'bybit funding_rates settled': (f) => ({ rate: value(f.fundingRate) }),
  'hyperliquid open_interest current': (f) => ({ open_interest: value(f.openInterest), mark_price: value(f.markPx) }),
  'hyperliquid funding_rates running': (f) => ({
    rate: value(f.funding),
    interval_seconds: 3600,
    mark_price: value(f.markPx),
    index_price: value(f.oraclePx),
  }),
  'hyperliquid funding_rates settled': (f) => ({ rate: value(f.fundingRate) }),
  'backpack open_interest current': (f) => ({ open_interest: value(f.openInterest) }),
  'backpack funding_rates running': (f) => ({
    rate: value(f.fundingRate),
    funding_time: ms(f.nextFundingTimestamp),
    interval_seconds: 3600,
    mark_price: value(f.markPrice),
    index_price: value(f.indexPrice),
  }),
  'backpack funding_rates settled': (f) => ({ rate: value(f.fundingRate) }),
};

/** The columns that facts of one kind tell of, as they must stand in the lake, sorted by instrument and time. */
export function expectedRows(records: readonly TruthRecord[]): Record<string, unknown>[] {
  const rows = records.map((record) => {
    const shape = shapes[`${record.venue} ${record.dataset} ${record.kind}`];
    if (shape === undefined) throw new RangeError(`${record.venue} ${record.dataset} ${record.kind}`);
    return { venue_symbol: record.symbol, ts_event: record.time, ...shape(record.fields) };
  });
  return canonical(rows);
}

/** Rows of the lake, cut to the columns of the expected ones. */
export function comparable(rows: readonly object[], expected: readonly object[]): Record<string, unknown>[] {
  const columns = Object.keys(expected[0] ?? {});
  return canonical(
    rows.map((row) => Object.fromEntries(columns.map((column) => [column, (row as AnyRow)[column] ?? null]))),
  );
}

/** Decimals without needless zeros, by instrument and time. */
function canonical(rows: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  return rows
    .map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, cell]) => [
          name,
          typeof cell === 'string' && name !== 'venue_symbol' ? plainDecimal(cell) : cell,
        ]),
      ),
    )
    .sort((a, b) => compare(a.venue_symbol, b.venue_symbol) || Number(a.ts_event) - Number(b.ts_event));
}

function compare(a: unknown, b: unknown): number {
  return String(a) < String(b) ? -1 : Number(String(a) > String(b));
}
