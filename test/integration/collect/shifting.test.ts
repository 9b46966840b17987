import { fetchHistory } from '@feedlake/collector';
import { day, hour, minute } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { dataRequests, simulated, start } from '../../support/simulated.ts';

/** Enough days for several pages of each venue, and what of it comes an hour or a funding interval apart. */
test.each([
  ['backpack', 'funding_rates', 'BTC-USDC-PERP', 'fundingRates', 90, hour],
  ['bybit', 'funding_rates', 'BTC-USDT-PERP', 'funding/history', 150, 8 * hour],
  ['bybit', 'open_interest', 'BTC-USDT-PERP', 'open-interest', 25, hour],
  ['binance', 'funding_rates', 'BTC-USDT-PERP', 'fundingRate', 400, 8 * hour],
  ['binance', 'open_interest', 'BTC-USDT-PERP', 'openInterestHist', 29, hour],
  ['hyperliquid', 'funding_rates', 'BTC-USDC-PERP', 'fundingHistory', 60, hour],
] as const)(
  '%s: %s of many pages is whole when rows appear while it is read',
  async (id, dataset, symbol, path, days, step) => {
    const { simulator, venue } = await simulated();
    await simulator.faults.add({ kind: 'shifting-page', match: path, after: 1, times: 1, advanceMs: 3_600_000 });
    const { rows, failures, rejected } = await fetchHistory(venue(id), dataset, {
      symbols: [symbol],
      from: start - days * day,
      to: start,
      periodSeconds: 3600,
      now: start,
      signal: new AbortController().signal,
      keeper: null,
    });
    expect([...failures, ...rejected]).toEqual([]);
    expect(dataRequests(simulator, id).length).toBeGreaterThan(1);
    const first = Math.ceil((start - days * day) / step);
    const due = Array.from({ length: Math.ceil(start / step) - first }, (_, index) => (first + index) * step);
    expect(rows.map((row) => Math.floor((row.ts_event ?? 0) / minute) * minute)).toEqual(due);
  },
);
