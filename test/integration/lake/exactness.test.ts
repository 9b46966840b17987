import { Lake, openStore, query } from '@feedlake/lake';
import { plainDecimal } from '@feedlake/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at, collect, temporaryFolder, trade } from '../../support/lake.ts';

const digits = (least: number, most: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: least, maxLength: most }).map((list) => list.join(''));
const decimal = fc
  .record({
    sign: fc.constantFrom('', '-', '+'),
    whole: fc.oneof({ weight: 4, arbitrary: digits(1, 6) }, { weight: 1, arbitrary: digits(1, 30) }),
    fraction: fc.oneof(
      fc.constant(''),
      digits(0, 9).map((f) => `.${f}`),
      digits(10, 40).map((f) => `.${f}`),
    ),
    exponent: fc.oneof(
      { weight: 6, arbitrary: fc.constant('') },
      { weight: 1, arbitrary: fc.tuple(fc.constantFrom('e', 'E', 'e+'), fc.nat(250)).map(([e, n]) => `${e}${n}`) },
      { weight: 1, arbitrary: fc.nat(400).map((n) => `e-${n}`) },
    ),
  })
  .map(({ sign, whole, fraction, exponent }) => `${sign}${whole}${fraction}${exponent}`);

describe('arbitrary decimals', () => {
  it('come back the same, 100,000 of them, through Parquet by the reader and by DuckDB', async () => {
    const seed = Date.now();
    const texts = fc.sample(decimal, { seed, numRuns: 100_000 });
    const expected = texts.map(plainDecimal);
    const lake = new Lake(openStore(temporaryFolder()), { writer: 'test' });
    const start = at('2026-03-27T00:00:00Z');
    const rows = texts.map((price, id) => trade(String(id), start + id, { price }));
    await lake.write('trades', 'binance', 'history-decimals', rows);

    const scanned = await collect(lake.scan('trades', { exchange: 'binance', columns: ['price'] }));
    const byReader = scanned.map((row) => plainDecimal(row.price));
    expect(different(expected, byReader), `by the reader, seed ${seed}`).toEqual([]);

    const sql = `SELECT exact->>'price', price FROM trades ORDER BY trade_id::BIGINT`;
    const queried = await query(lake, sql);
    const byDuckDB = queried.rows.map(([exact, price]) => plainDecimal(String(exact ?? price)));
    expect(different(expected, byDuckDB), `by DuckDB, seed ${seed}`).toEqual([]);
    expect(queried.rows.filter(([exact]) => exact === null).length).toBeGreaterThan(20_000);
    expect(queried.rows.filter(([exact]) => exact !== null).length).toBeGreaterThan(20_000);
  });
});

/** The first few that differ: a diff of 100,000 texts helps nobody. */
function different(expected: readonly string[], actual: readonly string[]): unknown[] {
  const pairs = expected.map((text, index) => ({ index, text, got: actual[index] }));
  if (expected.length !== actual.length) return [{ expected: expected.length, got: actual.length }];
  return pairs.filter(({ text, got }) => text !== got).slice(0, 5);
}
