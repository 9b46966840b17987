import { isInShard } from '@feedlake/collector';
import { expect, test } from 'vitest';

const symbols = Array.from({ length: 2_000 }, (_, n) => `S${n}-USDT-PERP`);
const shardOf = (symbol: string, count: number) =>
  Array.from({ length: count }, (_, index) => index).filter((index) => isInShard('binance', symbol, { index, count }));

test('every instrument belongs to exactly one shard, and shards are about equal', () => {
  const sizes = [0, 0, 0, 0];
  for (const symbol of symbols) {
    const [shard = -1, ...others] = shardOf(symbol, 4);
    expect(others).toEqual([]);
    sizes[shard] = (sizes[shard] ?? 0) + 1;
  }
  for (const size of sizes) expect(Math.abs(size - 500)).toBeLessThan(100);
});

test('one shard more moves nothing between the others', () => {
  for (const symbol of symbols) {
    const [before = -1] = shardOf(symbol, 4);
    const [after = -1] = shardOf(symbol, 5);
    expect([before, 4]).toContain(after);
  }
});
