import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openStore, StoreError } from '@feedlake/lake';

/**
 * `diskWriter.ts FOLDER NAME`: writes an object of 100 kB, or with the name `fill` one after the other until it fails,
 * and prints one line of JSON: how many it created, the error, and how many objects of full length can be read after.
 */
const [folder = '', name = ''] = process.argv.slice(2);
const store = openStore(folder);
const content = new Uint8Array(100_000).fill(7);
const most = name === 'fill' ? 1000 : 1;

let created = 0;
let error: StoreError | null = null;
while (created < most && error === null) {
  try {
    await store.create(`v1/${name}/${created}.parquet`, content);
    created += 1;
  } catch (caught) {
    if (!(caught instanceof StoreError)) throw caught;
    error = caught;
  }
}
let readable = 0;
for await (const { key } of store.list('')) {
  if (Buffer.compare(await store.read(key), content) === 0) readable += 1;
}
const staged = readdirSync(join(folder, '.staging'));
const report = { created, fault: error?.fault ?? null, message: error?.message ?? null, readable, staged };
process.stdout.write(`${JSON.stringify(report)}\n`);
