import { fetchHistory, HistoryKeeper, type HistoryRequest, type HistoryResult } from '@feedlake/collector';
import type { PolledDataset } from '@feedlake/exchanges';
import { Lake, openStore, query } from '@feedlake/lake';
import { day, hour, isoDate, minute, type Row } from '@feedlake/schema';
import type { VenueId } from '@feedlake/simulator';
import { describe, expect, test } from 'vitest';
import { collect, temporaryFolder } from '../../support/lake.ts';
import { dataRequests, type Simulated, simulated, start } from '../../support/simulated.ts';
import { comparable, expectedRows } from '../../support/truth.ts';

interface Case {
  readonly id: VenueId;
  readonly dataset: PolledDataset;
  /** As asked for, and the venue's own name. */
  readonly symbol: string;
  readonly venueSymbol: string;
  /** Distance of the rows. */
  readonly step: number;
}

const cases: readonly Case[] = [
  ['binance', 'open_interest', 'BTC-USDT-PERP', 'BTCUSDT', hour],
  ['bybit', 'open_interest', 'BTC-USDT-PERP', 'BTCUSDT', hour],
  ['binance', 'funding_rates', 'BTC-USDT-PERP', 'BTCUSDT', 8 * hour],
  ['bybit', 'funding_rates', 'BTC-USDT-PERP', 'BTCUSDT', 8 * hour],
  ['hyperliquid', 'funding_rates', 'BTC-USDC-PERP', 'BTC', hour],
  ['backpack', 'funding_rates', 'BTC-USDC-PERP', 'BTC_USDC_PERP', hour],
].map(([id, dataset, symbol, venueSymbol, step]) => ({ id, dataset, symbol, venueSymbol, step }) as Case);

/** Not at any full hour, as a person's clock. */
const to = start - 3 * minute;
const from = to - 30 * day + hour;

/** A lake that is filled with the history of one case. */
class Recording {
  readonly lake = new Lake(openStore(temporaryFolder()), { writer: 'test' });
  readonly venues: Simulated;
  readonly about: Case;

  constructor(venues: Simulated, about: Case) {
    this.venues = venues;
    this.about = about;
  }

  /** Fetches what the lake lacks; gives the requests for history that it took. */
  async fetch(
    range: { from: number; to: number },
    more: Partial<HistoryRequest> = {},
  ): Promise<{ requests: string[]; result: HistoryResult<PolledDataset> }> {
    const { venues, about } = this;
    venues.simulator.forgetRequests();
    const result = await fetchHistory(venues.venue(about.id), about.dataset, {
      symbols: [about.symbol],
      ...range,
      periodSeconds: 3600,
      now: venues.clock.now(),
      signal: new AbortController().signal,
      keeper: new HistoryKeeper(this.lake),
      ...more,
    });
    return { requests: dataRequests(venues.simulator, about.id), result };
  }

  /** The rows as they stand in the lake, object by object. */
  rows(): Promise<Pick<Row<PolledDataset>, 'symbol' | 'ts_event'>[]> {
    return collect(this.lake.scan(this.about.dataset, { exchange: this.about.id }));
  }

  /** What the venue said of a range: every row, once. */
  told(range: { from: number; to: number }): Record<string, unknown>[] {
    const { id: venue, dataset, venueSymbol: symbol, step } = this.about;
    const kind = dataset === 'open_interest' ? 'history' : 'settled';
    const records = this.venues.simulator.truth.records({ venue, dataset, kind, symbol });
    const unique = [...new Map(records.map((record) => [record.time, record])).values()];
    const expected = expectedRows(unique.filter(({ time }) => Number(time) >= range.from && Number(time) < range.to));
    const first = Math.ceil(range.from / step);
    const due = Array.from({ length: Math.ceil(range.to / step) - first }, (_, index) => (first + index) * step);
    // Settlements are stamped some milliseconds late.
    expect(expected.map(({ ts_event }) => Math.floor(Number(ts_event) / minute) * minute)).toEqual(due);
    return expected;
  }

  /** Expects the lake to hold exactly what the venue said of a range. */
  async expectWhole(range: { from: number; to: number }): Promise<void> {
    const expected = this.told(range);
    expect(comparable(await this.rows(), expected)).toEqual(expected);
  }

  /** Takes rows out of the lake: objects never change, so an object without them takes the place of each. */
  async cutOut(range: { from: number; to: number }): Promise<number> {
    const { id, dataset } = this.about;
    let cut = 0;
    for (const object of await collect(this.lake.objects(dataset))) {
      const day = await collect(this.lake.scan(dataset, { exchange: id, skipObjects: (name) => name !== object.name }));
      const held = day.filter((row) => isoDate(row.ts_event ?? 0) === object.date);
      const left = held.filter((row) => (row.ts_event ?? 0) < range.from || (row.ts_event ?? 0) >= range.to);
      if (left.length === held.length) continue;
      cut += held.length - left.length;
      await this.lake.store.remove(object.key);
      if (left.length > 0) await this.lake.write(dataset, id, `history-cut${cut}`, left as Row<typeof dataset>[]);
    }
    return cut;
  }
}

/** The start and the end that requests name, in microseconds; Backpack's name none. */
function stretches(requests: readonly string[]): { from: number; to: number }[] {
  return requests
    .map((request) => ({
      from: Number(/startTime"?[=:](\d+)/.exec(request)?.[1]) * 1000,
      to: Number(/endTime"?[=:](\d+)/.exec(request)?.[1]) * 1000,
    }))
    .sort((a, b) => a.from - b.from);
}

describe.each(cases)('$dataset of $id', (about) => {
  const week = { from: to - 6 * day, to };
  const middle = Math.floor((to - 3 * day) / day) * day;

  async function recorded(range: { from: number; to: number }): Promise<Recording> {
    const recording = new Recording(await simulated(), about);
    const { result } = await recording.fetch(range);
    expect({ failures: result.failures, rejected: result.rejected }).toEqual({ failures: [], rejected: [] });
    return recording;
  }

  test('30 days are gapless, sorted, without duplicates, as the venue told them, and not fetched again', async () => {
    const month = { from, to };
    const recording = await recorded(month);
    await recording.expectWhole(month);
    const rows = await recording.rows();
    expect(rows).toEqual(rows.toSorted((a, b) => Number(a.ts_event) - Number(b.ts_event)));
    const counts = await query(recording.lake, `select count(*), count(distinct ts_event) from ${about.dataset}`);
    expect(counts.rows).toEqual([[rows.length, rows.length]]);

    const { requests, result } = await recording.fetch(month);
    expect(requests).toEqual([]);
    expect(result.fetched).toBe(0);
    const expected = recording.told(month);
    const kept = await new HistoryKeeper(recording.lake).rows(about.id, about.dataset, result.plan);
    expect(comparable(kept, expected)).toEqual(expected);
    const unkept = await recording.fetch(month, { keeper: null });
    expect(comparable(unkept.result.rows, expected)).toEqual(expected);
  });

  test('of a deleted object only the date is fetched', async () => {
    const recording = await recorded(week);
    const objects = await collect(recording.lake.objects(about.dataset));
    for (const { key, date } of objects) if (date === isoDate(middle)) await recording.lake.store.remove(key);
    const { requests, result } = await recording.fetch(week);
    expect(requests).not.toEqual([]);
    expect(result.fetched).toBe(day / about.step);
    await recording.expectWhole(week);
    expect((await recording.fetch(week)).requests).toEqual([]);
  });

  test('of rows cut out of a day only the hole is fetched', async () => {
    const hole = { from: middle + 3 * hour, to: middle + 18 * hour };
    const recording = await recorded(week);
    const cut = await recording.cutOut(hole);
    expect(cut).toBe(about.step === hour ? 15 : 2);
    const { requests, result } = await recording.fetch(week);
    expect(result.fetched).toBe(cut);
    expect(requests).not.toEqual([]);
    if (about.id !== 'backpack') {
      for (const asked of stretches(requests)) {
        expect(asked.from).toBeGreaterThan(hole.from - about.step);
        expect(asked.to).toBeLessThan(hole.to + about.step);
      }
    }
    await recording.expectWhole(week);
    expect((await recording.fetch(week)).requests).toEqual([]);
  });

  test('of a range that is extended only the ends are fetched', async () => {
    const inner = { from: week.from + 2 * day, to: week.to - day };
    const recording = await recorded(inner);
    const { requests, result } = await recording.fetch(week);
    expect(result.fetched).toBe((3 * day) / about.step);
    if (about.id !== 'backpack') {
      const asked = stretches(requests);
      expect(asked.length).toBeGreaterThanOrEqual(2);
      const outside = asked.filter((one) => one.to < inner.from + about.step || one.from > inner.to - about.step);
      expect(outside).toEqual(asked);
    }
    await recording.expectWhole(week);
    expect((await recording.fetch(week)).requests).toEqual([]);
  });
});
