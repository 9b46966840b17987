import { Lake, openStore, type QueryRow, query, queryRows } from '@feedlake/lake';
import { describe, expect, it } from 'vitest';
import { at, collect, temporaryFolder, trade } from '../../support/lake.ts';

const noon = at('2026-03-27T12:00:00Z');

async function lakeOfOne() {
  const lake = new Lake(openStore(temporaryFolder()), { writer: 'test' });
  const [written] = await lake.write('trades', 'binance', 'segment-a', [trade('1', noon)]);
  return { lake, key: written?.key ?? '' };
}

/** Numbers from 0 on; working out the one given fails. */
function failingAt(row: number, more = ''): string {
  return `SELECT CASE WHEN range = ${row} THEN error('failed at ${row}') ELSE range END AS n FROM range(3000000)${more}`;
}

const last = 2_999_999;

describe('rows of a query', () => {
  it('come before the last ones are worked out, all of them, in order', async () => {
    const { lake } = await lakeOfOne();
    const columns = [{ name: 'n', type: 'BIGINT' }];
    const sum = await queryRows(lake, 'SELECT range AS n FROM range(3000000)', {}, async (stream) => {
      expect(stream.columns).toEqual(columns);
      let next = 0;
      for await (const batch of stream.batches) {
        for (const row of batch) if (row[0] !== next++) throw new Error(`row ${next} is ${row[0]}`);
      }
      return next;
    });
    expect(sum).toBe(3_000_000);
    const first = await queryRows(lake, failingAt(last), {}, async ({ batches }) => {
      for await (const [row] of batches) return row;
      return null;
    });
    expect(first).toEqual([0]);
  });

  it('that fail half-way end in the error, also where nothing but the last is wrong', async () => {
    const { lake } = await lakeOfOne();
    for (const at of [0, 1_500_000, last]) {
      let rows = 0;
      const failure = queryRows(lake, failingAt(at), {}, async ({ batches }) => {
        for await (const batch of batches) rows += batch.length;
      });
      await expect(failure).rejects.toMatchObject({
        name: 'QueryError',
        message: expect.stringContaining(`failed at ${at}`),
      });
      expect(rows).toBeLessThanOrEqual(at);
      if (at === last) expect(rows).toBeGreaterThan(0);
    }
    await expect(query(lake, failingAt(last))).rejects.toThrow(`failed at ${last}`);
  });

  it('are not begun anew once some are given: a file that is gone is an error then', async () => {
    const { lake, key } = await lakeOfOne();
    const given: QueryRow[] = [];
    let uses = 0;
    const failure = queryRows(lake, failingAt(last, ', (SELECT count(*) FROM trades)'), {}, async ({ batches }) => {
      uses += 1;
      for await (const batch of batches) {
        if (given.length === 0) await lake.store.remove(key);
        given.push(...batch.slice(0, 1));
      }
    });
    await expect(failure).rejects.toMatchObject({
      name: 'StoreError',
      fault: 'not_found',
      message: expect.stringMatching(/segment-a.parquet: it was removed while it was queried: query again$/),
    });
    expect(uses).toBe(1);
    expect(new Set(given.map(([n]) => n)).size).toBe(given.length);
  });

  it('end with the signal, between two batches or while one is worked out', async () => {
    const { lake } = await lakeOfOne();
    const stopped = (sql: string, abort: (stop: AbortController) => void) => {
      const stop = new AbortController();
      return queryRows(lake, sql, { signal: stop.signal }, async ({ batches }) => {
        let count = 0;
        for await (const _ of batches) {
          count += 1;
          if (count === 1) abort(stop);
          else if (stop.signal.aborted) throw new Error('a batch came after the end');
        }
      });
    };
    const reason = new Error('enough');
    await expect(stopped('SELECT * FROM range(1000000000)', (stop) => stop.abort(reason))).rejects.toBe(reason);
    // These rows are soon there, and then there are none for ever.
    const endless = 'SELECT * FROM range(1000000000000) WHERE range < 300000';
    const later = stopped(`${endless} OR range % 2 = 3`, (stop) => setTimeout(() => stop.abort(reason), 100));
    await expect(later).rejects.toBe(reason);
  });

  it('end with who reads them: what that throws is thrown, and the lake can be queried again', async () => {
    const { lake } = await lakeOfOne();
    const endless = 'SELECT * FROM trades, range(1000000000000)';
    const own = new Error('own');
    await expect(queryRows(lake, endless, {}, () => Promise.reject(own))).rejects.toBe(own);
    const inside = queryRows(lake, endless, {}, async ({ batches }) => {
      for await (const _ of batches) throw own;
    });
    await expect(inside).rejects.toBe(own);
    expect(await queryRows(lake, endless, {}, async ({ columns }) => columns.length)).toBeGreaterThan(5);
    expect((await query(lake, 'SELECT trade_id FROM trades')).rows).toEqual([['1']]);
  });

  it('of none are no batch, with the columns', async () => {
    const { lake } = await lakeOfOne();
    const found = await queryRows(lake, 'SELECT trade_id FROM trades WHERE false', {}, async ({ columns, batches }) => [
      columns,
      await collect(batches),
    ]);
    expect(found).toEqual([[{ name: 'trade_id', type: 'VARCHAR' }], []]);
  });
});

it('a lake that has nothing of what a query is about is told of', async () => {
  const { lake } = await lakeOfOne();
  const told = async (sql: string, options = {}) => {
    const nothing: string[][] = [];
    await query(lake, sql, { ...options, onNothing: (datasets) => void nothing.push([...datasets]) });
    return nothing;
  };
  expect(await told('SELECT count(*) FROM candles')).toEqual([['candles']]);
  expect(await told('SELECT count(*) FROM trades', { exchanges: ['bybit'] })).toEqual([['trades']]);
  expect(await told('SELECT count(*) FROM trades')).toEqual([]);
  expect(await told('SELECT count(*) FROM trades, candles')).toEqual([]);
  expect(await told('SELECT 1')).toEqual([]);
});
