import { type Fact, identityOf, Lake, mayExceed, openStore, query, type RangeQuery, readRange } from '@feedlake/lake';
import {
  type AnyRow,
  type Columns,
  type DatasetName,
  datasets,
  hour,
  minute,
  type Row,
  second,
} from '@feedlake/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at, openInterest, temporaryFolder, trade } from '../../support/lake.ts';

const midnight = at('2026-03-28T00:00:00Z');
const signal = new AbortController().signal;
const symbols = ['BTC-USDT-PERP', 'ETH-USDT-PERP', '1000PEPE-USDT-PERP'];

/** Rows around midnight, of which many are one fact that was recorded more than once. */
const base = fc.record({
  symbol: fc.constantFrom(...symbols),
  time: fc.integer({ min: -3, max: 3 }).map((step) => midnight + step * 15 * minute),
  late: fc.integer({ min: 0, max: 20 * minute }),
  hasTime: fc.boolean(),
});
const decimals = fc.constantFrom('1', '1.0', '0.12345678901234567001', '0.12345678901234567002', '-0', '60000.1');

const common = ({ symbol, time, late, hasTime }: { symbol: string; time: number; late: number; hasTime: boolean }) => ({
  exchange: 'binance',
  symbol,
  venue_symbol: symbol.replaceAll('-', ''),
  ts_event: hasTime ? time : null,
  ts_recv: time + late,
  source: 'live',
});

const arbitraries = {
  open_interest: fc.tuple(base, fc.constantFrom(null, 300), fc.boolean(), decimals).map(
    ([facts, period, isScheduled, value]): Row<'open_interest'> => ({
      ...common(facts),
      open_interest: value === '-0' ? '0' : value,
      period_seconds: period,
      scheduled_time: isScheduled ? facts.time : null,
    }),
  ),
  funding_rates: fc.tuple(base, fc.constantFrom('settled', 'running'), fc.boolean(), decimals).map(
    ([facts, kind, isScheduled, rate]): Row<'funding_rates'> => ({
      ...common(facts),
      kind,
      rate,
      funding_time: facts.time - (facts.time % hour),
      scheduled_time: isScheduled ? facts.time : null,
    }),
  ),
  liquidations: fc.tuple(base, fc.constantFrom('long', 'short', null), decimals, decimals, fc.nat(1)).map(
    ([facts, side, price, value, ordinal]): Row<'liquidations'> => ({
      ...common(facts),
      side,
      price,
      size: '1',
      value,
      completeness: 'full',
      ordinal,
    }),
  ),
  // The times of one trade differ a little: what is told in its stream is more exact.
  trades: fc.tuple(base, fc.nat(1), fc.integer({ min: 0, max: 999 }), decimals).map(
    ([facts, id, micros, price]): Row<'trades'> => ({
      ...common({ ...facts, hasTime: true }),
      ts_event: facts.time + micros,
      trade_id: `${facts.time / minute}${id}`,
      side: 'buy',
      price,
      size: '1',
      off_book: false,
    }),
  ),
  candles: fc.tuple(base, fc.constantFrom(60, 3600), fc.boolean(), decimals).map(
    ([facts, interval, closed, close]): Row<'candles'> => ({
      ...common({ ...facts, hasTime: true }),
      interval_seconds: interval,
      open_time: facts.time,
      open: '1',
      high: '1',
      low: '1',
      close,
      volume: '1',
      closed,
    }),
  ),
} as const;
type Served = keyof typeof arbitraries;

async function all(lake: Lake, range: RangeQuery): Promise<Fact[]> {
  const facts: Fact[] = [];
  for await (const piece of readRange(lake, range)) facts.push(...piece);
  return facts;
}

/** Two rows of a fact that were received at the same moment are equally good: which is taken is not said. */
function withoutTies(dataset: DatasetName, rows: readonly AnyRow[]): AnyRow[] {
  const { keyOf } = identityOf(dataset);
  const seen = new Set<string>();
  return rows.filter((row) => {
    // Known only once they are stored: `exact` is what of the values no DOUBLE holds.
    const loose = JSON.stringify([keyOf({ ...row, exact: null, price: null, size: null }), row.ts_recv]);
    if (seen.has(loose)) return false;
    seen.add(loose);
    return true;
  });
}

describe.each(Object.keys(arbitraries) as Served[])('a range of %s', (dataset) => {
  it('has the rows of the view, in order, and goes on exactly from any place', { timeout: 60_000 }, async () => {
    const arbitrary = fc.record({
      objects: fc.array(
        fc.array(arbitraries[dataset] as fc.Arbitrary<AnyRow>, { minLength: 1, maxLength: 25, size: 'max' }),
        {
          minLength: 1,
          maxLength: 4,
        },
      ),
      named: fc.option(fc.subarray(symbols, { minLength: 1 }), { nil: null }),
      from: fc.integer({ min: -40, max: 40 }).map((step) => midnight + step * minute),
      width: fc.integer({ min: 1, max: 240 }).map((step) => step * minute),
      limit: fc.integer({ min: 1, max: 9 }),
    });
    const property = fc.asyncProperty(arbitrary, async ({ objects, named, from, width, limit }) => {
      const lake = new Lake(openStore(temporaryFolder()), { writer: 'test' });
      const rows = withoutTies(dataset, objects.flat());
      let start = 0;
      for (const [index, object] of objects.entries()) {
        const part = rows.slice(start, start + object.length) as never[];
        start += object.length;
        if (part.length > 0) await lake.write(dataset, 'binance', `segment-${index}`, part);
      }
      const to = from + width;
      const range = { dataset, exchange: 'binance', symbols: named, from, to, signal };
      const facts = await all(lake, range);
      expect(sorted(facts.map(({ row }) => printed(dataset, row)))).toEqual(
        await viewed(lake, dataset, named, from, to),
      );
      const { compare } = identityOf(dataset);
      for (const [index, { time, key }] of facts.entries()) {
        const before = facts[index - 1];
        if (before === undefined) continue;
        expect(time > before.time || (time === before.time && compare(before.key, key) < 0)).toBe(true);
      }
      expect(await mayExceed(lake, range, facts.length - 1)).toBe(
        facts.length > 0 || (await mayExceed(lake, range, -1)),
      );
      const paged: Fact[] = [];
      for (let after: Fact | null = null; ; ) {
        const page: Fact[] = (await all(lake, { ...range, after })).slice(0, limit);
        paged.push(...page);
        after = page.at(-1) ?? null;
        if (after === null) break;
      }
      expect(paged).toEqual(facts);
    });
    await fc.assert(property, { numRuns: 10 });
  });
});

/** A row as both ways of reading give it: numbers as DOUBLEs, beside the texts that are more exact. */
function printed(dataset: DatasetName, row: AnyRow): string {
  const columns: Columns = datasets[dataset].columns;
  return JSON.stringify(
    Object.keys(columns).map((name) => {
      const value = row[name] ?? null;
      return value !== null && columns[name]?.type === 'decimal' ? Number(value) : value;
    }),
  );
}

function sorted(texts: readonly string[]): string[] {
  return [...texts].sort();
}

async function viewed(lake: Lake, dataset: Served, named: readonly string[] | null, from: number, to: number) {
  const columns: Columns = datasets[dataset].columns;
  const names = Object.keys(columns);
  const list = names.map((name) => (columns[name]?.type === 'time' ? `epoch_us(${name}) AS ${name}` : name));
  const where = named === null ? '' : ` AND symbol IN (${named.map((name) => `'${name}'`).join(', ')})`;
  const time = 'epoch_us(coalesce(ts_event, ts_recv))';
  const sql = `SELECT ${list.join(', ')} FROM ${dataset} WHERE ${time} >= ${from} AND ${time} < ${to}${where}`;
  const { rows } = await query(lake, sql);
  return sorted(
    rows.map((row) => printed(dataset, Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])))),
  );
}

describe('a large object', () => {
  const count = 11_000;
  const trades = (first: number, symbol: string) =>
    Array.from({ length: count }, (_, index) =>
      trade(String(first + index), midnight + index * 1000, { symbol, ts_recv: midnight + index * 1000 + (first % 7) }),
    );

  it('is read piece by piece, and what two writers recorded comes once', async () => {
    const lake = new Lake(openStore(temporaryFolder()), { writer: 'test' });
    const [btc, eth] = [trades(1, 'BTC-USDT-PERP'), trades(1, 'ETH-USDT-PERP')];
    await lake.write('trades', 'binance', 'segment-a', [...btc, ...eth]);
    await lake.write('trades', 'binance', 'segment-b', [...btc.slice(2500), ...trades(count + 1, 'SOL-USDT-PERP')]);
    const range = { dataset: 'trades', exchange: 'binance', from: midnight, to: midnight + hour, signal } as const;
    const ids = (facts: readonly Fact[]) => facts.map(({ row }) => row.trade_id);
    const of = (symbol: string) => all(lake, { ...range, symbols: [symbol] });
    expect(ids(await of('BTC-USDT-PERP'))).toEqual(btc.map(({ trade_id }) => trade_id));
    expect(ids(await of('ETH-USDT-PERP'))).toEqual(eth.map(({ trade_id }) => trade_id));
    const part = await all(lake, {
      ...range,
      symbols: ['BTC-USDT-PERP', 'ETH-USDT-PERP'],
      from: midnight + second,
      to: midnight + 2 * second,
    });
    expect(part).toHaveLength(2000);
    expect(part.slice(0, 3).map(({ row }) => `${row.symbol} ${row.trade_id}`)).toEqual([
      'BTC-USDT-PERP 1001',
      'ETH-USDT-PERP 1001',
      'BTC-USDT-PERP 1002',
    ]);
  });

  it('of all symbols is read in windows of time', async () => {
    const lake = new Lake(openStore(temporaryFolder()), { writer: 'test' });
    const rows = Array.from({ length: 250 }, (_, symbol) =>
      Array.from({ length: 420 }, (_, step) =>
        openInterest(midnight + step * minute, {
          symbol: `A${symbol}-USDT-PERP`,
          scheduled_time: midnight + step * minute,
        }),
      ),
    ).flat();
    await lake.write('open_interest', 'binance', 'compacted-a', rows);
    const range = { dataset: 'open_interest', exchange: 'binance', symbols: null, signal } as const;
    const facts = await all(lake, { ...range, from: midnight, to: midnight + 24 * hour });
    expect(facts).toHaveLength(rows.length);
    expect(facts.every(({ time }, index) => index === 0 || (facts[index - 1]?.time ?? 0) <= time)).toBe(true);
    expect(facts.slice(0, 3).map(({ row }) => row.symbol)).toEqual(['A0-USDT-PERP', 'A1-USDT-PERP', 'A10-USDT-PERP']);
  });
});

it('goes on where an object is gone that compaction has replaced', async () => {
  const lake = new Lake(openStore(temporaryFolder()), { writer: 'test' });
  const rows = Array.from({ length: 3000 }, (_, index) => trade(String(index), midnight + index * second));
  for (let part = 0; part < 30; part += 1) {
    await lake.write('trades', 'binance', `segment-${part}`, rows.slice(part * 100, part * 100 + 100));
  }
  const range = { dataset: 'trades', exchange: 'binance', symbols: ['BTC-USDT-PERP'], signal } as const;
  const read: (string | number | boolean | null | undefined)[] = [];
  let isReplaced = false;
  for await (const facts of readRange(lake, { ...range, from: midnight, to: midnight + hour })) {
    read.push(...facts.map(({ row }) => row.trade_id));
    if (isReplaced) continue;
    isReplaced = true;
    await lake.write('trades', 'binance', 'compacted-a', rows);
    for (let part = 0; part < 30; part += 1) {
      await lake.store.remove(`v1/trades/exchange=binance/date=2026-03-28/segment-${part}.parquet`);
    }
  }
  expect(read).toEqual(rows.map(({ trade_id }) => trade_id));
});

it('tells whether there is more, also where compaction replaces objects meanwhile', async () => {
  const folder = temporaryFolder();
  const rows = Array.from({ length: 40 }, (_, index) => trade(String(index), midnight + index * second));
  /** It is compacted between the listing and the first footer. */
  class Compacted extends Lake {
    #isReplaced = false;

    override async footer(object: Parameters<Lake['footer']>[0]) {
      if (!this.#isReplaced) {
        this.#isReplaced = true;
        await this.write('trades', 'binance', 'compacted-a', rows);
        for (let part = 0; part < 4; part += 1) {
          await this.store.remove(`v1/trades/exchange=binance/date=2026-03-28/segment-${part}.parquet`);
        }
      }
      return super.footer(object);
    }
  }
  const writer = new Lake(openStore(folder), { writer: 'test' });
  for (let part = 0; part < 4; part += 1) {
    await writer.write('trades', 'binance', `segment-${part}`, rows.slice(part * 10, part * 10 + 10));
  }
  const lake = new Compacted(openStore(folder), { writer: 'test' });
  const range = { dataset: 'trades', exchange: 'binance', symbols: null, from: midnight, to: midnight + hour } as const;
  expect(await mayExceed(lake, { ...range, signal }, 40)).toBe(false);
  expect(await mayExceed(lake, { ...range, signal }, 39)).toBe(true);
});

it('ends when it is aborted', async () => {
  const lake = new Lake(openStore(temporaryFolder()), { writer: 'test' });
  await lake.write('trades', 'binance', 'segment-a', [trade('1', midnight)]);
  const gone = AbortSignal.abort(new Error('the client has gone'));
  const range = { dataset: 'trades', exchange: 'binance', symbols: null, from: midnight, to: midnight + hour } as const;
  await expect(all(lake, { ...range, signal: gone })).rejects.toThrow('the client has gone');
});
