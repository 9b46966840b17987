import { type QueryRow, resultFormats, resultTexts, toCsv, toJson, toNdjson } from '@feedlake/lake';
import { expect, it } from 'vitest';
import { collect } from '../../support/lake.ts';

const columns = [
  { name: 'text', type: 'VARCHAR' },
  { name: 'number', type: 'INTEGER' },
];
const rows: QueryRow[] = [
  ['a', 1],
  ['"b",\n', 2],
  ['', null],
  ['d', 4],
  [null, 5],
];
const whole = { json: toJson, ndjson: toNdjson, csv: toCsv };

async function* batchesOf(sizes: readonly number[]): AsyncGenerator<readonly QueryRow[]> {
  let from = 0;
  for (const size of sizes) {
    yield rows.slice(from, from + size);
    from += size;
  }
}

it.each(resultFormats)('%s is the same text, however its rows come', async (format) => {
  for (const sizes of [[5], [1, 1, 1, 1, 1], [2, 0, 3], [0, 4, 1]]) {
    const texts = await collect(resultTexts(format, { columns, batches: batchesOf(sizes) }));
    expect(texts.join(''), String(sizes)).toBe(whole[format]({ columns, rows }));
  }
  for (const sizes of [[], [0]]) {
    const texts = await collect(resultTexts(format, { columns, batches: batchesOf(sizes) }));
    expect(texts.join('')).toBe(whole[format]({ columns, rows: [] }));
  }
});

it('nothing is written before there are rows, and they are not kept back', async () => {
  async function* failing(): AsyncGenerator<QueryRow[]> {
    yield [['a', 1]];
    throw new Error('no more');
  }
  for (const [format, first] of [
    ['json', '[\n{"text":"a","number":1}'],
    ['ndjson', '{"text":"a","number":1}'],
    ['csv', 'text,number\na,1'],
  ] as const) {
    const texts = resultTexts(format, { columns, batches: failing() });
    expect(await texts.next()).toEqual({ done: false, value: first });
    await expect(texts.next()).rejects.toThrow('no more');
  }
});
