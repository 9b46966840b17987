import { parquetMetadata } from 'hyparquet';
import { expect, test } from 'vitest';
import { ColumnBatch } from '../../../packages/lake/src/parquet/column-batch.ts';
import { encodeParquet } from '../../../packages/lake/src/parquet/encode.ts';
import { at, trade } from '../../support/rows.ts';

test('the same rows and the same metadata make the same bytes', async () => {
  const making = Array.from({ length: 20 }, async () => {
    const batch = new ColumnBatch('trades');
    for (let index = 0; index < 100; index += 1) batch.append(trade(String(index), at('2026-10-15T10:00Z')));
    const order = Uint32Array.from({ length: 100 }, (_, row) => row);
    const pairs = Array.from({ length: 20 }, (_, index) => [
      `feedlake.${String.fromCharCode(97 + index)}`,
      'x'.repeat(20 * index),
    ]);
    return Buffer.from(await encodeParquet(batch, order, new Map(pairs as [string, string][])));
  });
  const files = await Promise.all(making);
  const [first = Buffer.alloc(0)] = files;
  for (const file of files) expect(file.equals(first)).toBe(true);
  const footer = parquetMetadata(new Uint8Array(first).buffer);
  const told = (footer.key_value_metadata ?? []).filter(({ key }) => key.startsWith('feedlake.'));
  expect(told.map(({ key, value }) => [key.at(-1), value?.length])).toEqual(
    Array.from({ length: 20 }, (_, index) => [String.fromCharCode(97 + index), 20 * index]),
  );
  expect(Number(footer.num_rows)).toBe(100);
});
