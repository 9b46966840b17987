import type { Mapping } from '../mapping.ts';
import { arrayOf, integerOf, type JsonObject, manyOf, msTime, objectOf, textOf } from '../value.ts';
import { reply } from './reply.ts';

const standardInterval = 8 * 3600;

/**
 * Seconds between fundings. fundingInfo lists only symbols whose interval was adjusted; the others have the documented
 * 8 hours. Null where fundingInfo was not read, or its entry for the symbol was unreadable.
 */
export function fundingInterval(symbol: unknown, mapping: Mapping): number | null {
  const adjusted = mapping.reference.fundingIntervals;
  if (adjusted === null) return null;
  const seconds = adjusted.get(String(symbol));
  return seconds === undefined ? standardInterval : seconds;
}

/** `GET /fapi/v1/fundingInfo`: reference data for the rows of other replies. */
export const fundingInfo = reply(['/fapi/v1/fundingInfo'], (body, mapping) => {
  const intervals = new Map<string, number | null>();
  for (const value of manyOf(body)) {
    const entry = objectOf(value);
    const symbol = textOf(entry?.symbol);
    const hours = integerOf(entry?.fundingIntervalHours);
    if (symbol === null) {
      mapping.reject(`fundingInfo: no symbol: ${JSON.stringify(value)?.slice(0, 80)}`);
      return;
    }
    if (hours === null || hours <= 0) mapping.reject(`fundingInfo of ${symbol}: no interval`);
    intervals.set(symbol, hours === null || hours <= 0 ? null : hours * 3600);
  }
  mapping.reference.fundingIntervals = intervals;
  mapping.ignore('funding intervals: reference data');
});

/** `GET /fapi/v1/exchangeInfo`. */
export const exchangeInfo = reply(['/fapi/v1/exchangeInfo'], (body, mapping) => {
  const symbols = arrayOf(objectOf(body)?.symbols);
  if (symbols === null) mapping.reject('exchangeInfo: no symbols');
  for (const symbol of symbols ?? []) mapInstrument(objectOf(symbol) ?? {}, mapping);
});

function mapInstrument(entry: JsonObject, mapping: Mapping): void {
  const base = textOf(entry.baseAsset);
  const quote = textOf(entry.quoteAsset);
  const settle = textOf(entry.marginAsset) ?? quote;
  const name = String(entry.symbol);
  if (base === null || quote === null) {
    mapping.reject(`instruments of ${name}: base or quote asset is missing`);
    return;
  }
  if (settle !== quote) {
    mapping.ignore(`instruments of ${name}: no linear contract`);
    return;
  }
  const dated = /_(\d{6})$/.exec(name);
  const status = textOf(entry.status) ?? textOf(entry.contractStatus);
  mapping.instrument(
    entry.symbol,
    dated === null ? { base, quote, type: 'perpetual' } : { base, quote, type: 'future', expiry: `20${dated[1]}` },
    {
      settle,
      contract_size: '1',
      price_tick: filterValue(entry, 'PRICE_FILTER', 'tickSize'),
      size_step: filterValue(entry, 'LOT_SIZE', 'stepSize'),
      funding_interval_seconds: dated === null ? fundingInterval(name, mapping) : null,
      status: status?.toLowerCase() ?? null,
      listed_time: msTime(entry.onboardDate),
      expiry_time: dated === null ? null : msTime(entry.deliveryDate),
    },
  );
}

function filterValue(entry: JsonObject, type: string, name: string): string | null {
  const filters = (arrayOf(entry.filters) ?? []).map(objectOf);
  return textOf(filters.find((filter) => filter?.filterType === type)?.[name]);
}
