import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Lake, type Leftover, leftoverSegments, type Spool } from '@feedlake/lake';
import { day } from '@feedlake/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at, collect, trade } from '../../support/lake.ts';
import { comparable, emptyLake, openSpool, sealAll } from '../../support/spool-lake.ts';
import { addingStep } from '../../support/spool-steps.ts';

const noon = at('2026-03-27T12:00:00Z');

/** Adds a trade the hot way. */
function add(spool: Spool, id: number, { symbol = 'BTC-USDT-PERP', event = noon } = {}): void {
  const { table, instruments } = spool.trades('binance', 'live');
  table.trade(event, false, 60_000.1, 0.002, false, id, Number.NaN, Number.NaN);
  table.commit(instruments.numberOf(symbol, symbol.replaceAll('-', '')), event + 1000);
}

function idsIn(leftover: Leftover): string[] {
  const batches = leftover.rowsAfter(-1).map((part) => part.all());
  return batches.flatMap((batch) => Array.from({ length: batch.rows }, (_, row) => String(batch.row(row).trade_id)));
}

describe('rows that a spool took', () => {
  it('are in the lake once each with equal values, whatever they are and however they came', async () => {
    const ending = fc.constantFrom('flush', 'flush', 'flush', 'end');
    const steps = fc.array(fc.oneof({ weight: 6, arbitrary: addingStep }, ending), { maxLength: 60, size: 'max' });
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 3, max: 40 }), async (list, objectRows) => {
        const { spool, closed, folder } = openSpool();
        const { store, rows } = emptyLake();
        // Nobody waits for a flush, as nobody does where messages keep coming.
        for (const step of list) {
          if (step === 'flush') spool.flush();
          else if (step === 'end') spool.end();
          else step.apply(spool);
        }
        await spool.end();
        await sealAll(closed, store, objectRows);
        const expected = list.flatMap((step) => (typeof step === 'string' ? [] : step.rows));
        expect(await rows()).toEqual(expected.map(({ dataset, row }) => comparable(dataset, row)).sort());
        expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  it('are sorted, one object a date and more where one would be too large, named after the segment', async () => {
    const { spool, closed } = openSpool();
    const { store } = emptyLake();
    const midnight = at('2026-03-28T00:00:00Z');
    // Ids of different lengths, so that no object's texts are as long as another's.
    for (const id of [1, 22, 333]) add(spool, id, { symbol: 'ETH-USDT-PERP', event: noon + id });
    await spool.flush();
    for (const id of [9, 10, 1_000_000_007]) add(spool, id, { event: noon });
    add(spool, 5, { event: noon - 1 });
    spool.append('trades', 'binance', { ...trade('8', noon, { price: '60000.1', source: 'live' }) });
    add(spool, 999_999_999_999_999, { event: midnight });
    await spool.end();
    await sealAll(closed, store, 4);

    const lake = new Lake(store, { writer: 'reader' });
    const objects = await collect(lake.objects('trades'));
    const segment = closed[0]?.split('/').at(-1)?.replace('.segment', '') ?? '';
    expect(segment).toMatch(/^stream-test-20260327T120000000-[0-9a-f]{4}-000001$/);
    const found = await Promise.all(
      objects.map(async ({ name, date }) => {
        const query = {
          exchange: 'binance',
          columns: ['trade_id'],
          skipObjects: (one: string) => one !== name,
        } as const;
        const ids = (await collect(lake.scan('trades', { ...query, ...dayOf(date) }))).map((row) => row.trade_id);
        return [date, name.replace(segment, ''), ids];
      }),
    );
    expect(found).toEqual([
      ['2026-03-27', '', ['5', '8', '9', '10']],
      ['2026-03-27', '.part2', ['1000000007', '1', '22', '333']],
      ['2026-03-28', '', ['999999999999999']],
    ]);
  });
});

describe('rows of which there are many', () => {
  it('are frames before they are flushed, and are sorted over all of their segment', async () => {
    const pending: number[] = [];
    const { spool, closed } = openSpool({ onPending: () => pending.push(spool.pendingRows) });
    const count = 40_000;
    const symbols = ['BTC-USDT-PERP', 'ETH-USDT-PERP', 'SOL-USDT-PERP'];
    const made = Array.from({ length: count }, (_, index) => {
      // A prime: no two are the same, and neither instruments nor times nor numbers come in order.
      const id = (index * 7919) % count;
      return { id, symbol: symbols[id % 3] ?? '', event: noon + (id >> 4) };
    });
    for (const [index, { id, symbol, event }] of made.entries()) {
      if (index % 1000 === 999) spool.append('trades', 'binance', trade(String(id), event, { symbol, source: 'live' }));
      else add(spool, id, { symbol, event });
      if (index === count / 2) await spool.flush();
    }
    expect(pending).toEqual([8192, 16384, 8192, 16384].map((rows) => expect.closeTo(rows, -2)));
    expect(await spool.end()).toMatchObject({ rows: count / 2 - 1 });
    const { store } = emptyLake();
    await sealAll(closed, store, 25_000);

    const lake = new Lake(store, { writer: 'reader' });
    const objects = await collect(lake.objects('trades'));
    expect(await Promise.all(objects.map(async (object) => (await lake.footer(object)).rows))).toEqual([
      25_000, 15_000,
    ]);
    const columns = ['symbol', 'ts_event', 'trade_id'] as const;
    const stored = await collect(lake.scan('trades', { exchange: 'binance', columns }));
    const expected = made.toSorted((a, b) => a.symbol.localeCompare(b.symbol) || a.event - b.event || a.id - b.id);
    expect(stored.map(({ symbol, ts_event: event, trade_id: id }) => `${symbol} ${event} ${id}`)).toEqual(
      expected.map(({ symbol, event, id }) => `${symbol} ${event} ${id}`),
    );
  });
});

function dayOf(date: string) {
  const from = at(`${date}T00:00:00Z`);
  return { from, to: from + day };
}

describe('a segment', () => {
  it('gets what was appended before each flush, in order, though none is waited for', async () => {
    let opened = 0;
    let ended = 0;
    const { spool, closed, folder } = openSpool({
      onOpen: () => {
        opened += 1;
        spool.note({ segment: opened });
      },
      beforeEnd: () => {
        ended += 1;
        add(spool, 100 * ended);
      },
    });
    const flushed: Promise<{ rows: number }>[] = [];
    add(spool, 1);
    flushed.push(spool.flush());
    add(spool, 2);
    spool.note({ after: 2 });
    add(spool, 3);
    flushed.push(spool.flush(), spool.flush(), spool.end());
    add(spool, 4);
    flushed.push(spool.end(), spool.flush());
    expect((await Promise.all(flushed)).map(({ rows }) => rows)).toEqual([1, 2, 0, 1, 2, 0]);
    expect(spool.pendingRows).toBe(0);
    expect(spool.open).toBeNull();

    const { leftovers, empty } = await leftoverSegments(folder);
    expect(empty).toEqual([]);
    expect(leftovers.map((one) => [one.ended, one.notes, idsIn(one)])).toEqual([
      [true, [{ segment: 1 }, { after: 2 }], ['1', '2', '3', '100']],
      [true, [{ segment: 2 }], ['4', '200']],
    ]);
    expect(closed).toEqual(leftovers.map(({ path }) => path));
    expect(leftovers[0]?.rowsAfter(1).map(({ count }) => count)).toEqual([1]);
  });

  it('ends by its age, its rows, its bytes and with its day', async () => {
    const limits = { bytes: 10_000, rows: 100, ageMs: 60_000 };
    const { spool, closed, clock } = openSpool({ limits });
    const closedAfter = async (rows: number) => {
      for (let id = 0; id < rows; id += 1) add(spool, id);
      await spool.flush();
      await spool.flush();
      return closed.length;
    };
    expect(await closedAfter(1)).toBe(0);
    clock.now += 60_000_000;
    expect(await closedAfter(0)).toBe(1);
    expect(await closedAfter(100)).toBe(2);
    expect(await closedAfter(99)).toBe(2);
    expect(await closedAfter(99)).toBe(3);
    clock.now = at('2026-03-27T23:59:59.9Z');
    expect(await closedAfter(1)).toBe(3);
    clock.now += 100_000;
    expect(await closedAfter(1)).toBe(4);
    expect(spool.open).toBeNull();
  });

  it('that can not be made is made by a later flush, and what it notes at its beginning is noted again', async () => {
    const { spool, folder, closed } = openSpool({ onOpen: () => spool.note({ kind: 'first' }) });
    mkdirSync(dirname(folder), { recursive: true });
    writeFileSync(folder, 'a file where the folder should be');
    add(spool, 1);
    await expect(spool.flush()).rejects.toMatchObject({
      name: 'StoreError',
      location: expect.stringContaining(folder),
    });
    add(spool, 2);
    await expect(spool.end()).rejects.toMatchObject({ name: 'StoreError' });
    add(spool, 3);
    await expect(spool.flush()).rejects.toMatchObject({ name: 'StoreError' });
    expect(closed).toEqual([]);
    rmSync(folder);
    add(spool, 4);
    await spool.flush();
    const { leftovers } = await leftoverSegments(folder);
    expect(leftovers.map((one) => [one.notes, idsIn(one)])).toEqual([[[{ kind: 'first' }], ['4']]]);
    await spool.end();
  });

  it('that nothing came for is no file', async () => {
    const { spool, folder, closed } = openSpool();
    await spool.flush();
    await spool.end();
    const { table } = spool.trades('binance', 'live');
    table.trade(noon, true, 1, 1, false, 1, Number.NaN, Number.NaN);
    table.drop();
    table.commit(0, noon);
    await spool.end();
    expect(existsSync(folder)).toBe(false);
    expect(closed).toEqual([]);
  });
});
