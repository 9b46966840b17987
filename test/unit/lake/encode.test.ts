import { expect, test } from 'vitest';
import { ColumnBatch } from '../../../packages/lake/src/parquet/column-batch.ts';
import { encodeSteps } from '../../../packages/lake/src/parquet/encode.ts';
import { at, trade } from '../../support/rows.ts';

const batch = new ColumnBatch('trades');
for (let id = 0; id < 3; id += 1) batch.append(trade(String(id), at('2026-10-15T10:00Z')));
const all = Uint32Array.of(0, 1, 2);

// The encoder itself ends its file early in these cases, and says nothing.
test.each([0, 1, 2])('a file is given up when its rows fail to come after %i steps', async (good) => {
  function* failing(): Generator<Uint32Array> {
    for (let index = 0; index < good; index += 1) yield all;
    throw new Error('no more of them');
  }
  await expect(encodeSteps(batch, failing(), 9, new Map())).rejects.toThrow('no more of them');
});

test('a file is given up when the encoder did not take all of its rows', async () => {
  const attempt = encodeSteps(batch, [all], 6, new Map());
  await expect(attempt).rejects.toThrow('the Parquet encoder took 3 of 6 rows');
  expect((await encodeSteps(batch, [all, all], 6, new Map())).length).toBeGreaterThan(1000);
});
