import { readFile, rename, rm } from 'node:fs/promises';
import type { WrittenObject } from '../lake.ts';
import { objectKey } from '../layout.ts';
import { maxRows } from '../parquet/column-batch.ts';
import { encodeParquet } from '../parquet/encode.ts';
import { readFooter } from '../parquet/footer.ts';
import { metadataKey, metadataOf } from '../parquet/metadata.ts';
import { ObjectFile } from '../parquet/object-file.ts';
import { sortOrder } from '../parquet/sort-order.ts';
import type { Store } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';
import { decodeFrames } from './frame.ts';
import { rowsByDate, segmentHead, segmentName, segmentParts } from './segment.ts';

/** What became of a segment. */
export interface Sealed {
  readonly objects: readonly WrittenObject[];
  /** Bytes at its end that were no whole frames, and are kept beside it as `.damaged`; 0 = none. */
  readonly damagedBytes: number;
}

/**
 * Turns a segment file into objects of the lake and removes it: encodes its rows, writes what is not there yet, and
 * looks that every object is there whole. Objects are named after the segment, so that doing it again, after a
 * failure anywhere, writes the same objects or none.
 * @throws StoreError when the store fails; the file is still there then.
 */
export async function sealSegment(path: string, store: Store): Promise<Sealed> {
  const bytes = await readFile(path);
  const file = new Uint8Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const { frames, wholeBytes } = decodeFrames(file);
  const head = segmentHead(frames);
  const damagedBytes = file.length - wholeBytes;
  const objects = head === null ? [] : await writeParts(frames, head, store);
  if (damagedBytes > 0) await rename(path, `${path}.damaged`);
  else await rm(path);
  return { objects, damagedBytes };
}

async function writeParts(
  frames: Parameters<typeof segmentParts>[0],
  head: Parameters<typeof segmentName>[0],
  store: Store,
): Promise<WrittenObject[]> {
  const name = segmentName(head);
  const written: WrittenObject[] = [];
  for (const { dataset, exchange, batch } of segmentParts(frames)) {
    for (const [date, rows] of rowsByDate(batch, sortOrder(batch))) {
      for (let start = 0; start < rows.length; start += maxRows) {
        const part = rows.subarray(start, start + maxRows);
        const partName = start === 0 ? name : `${name}.part${start / maxRows + 1}`;
        const key = objectKey({ dataset, exchange, date, name: partName });
        const about = metadataOf(batch, part, { exchange, writer: head.writer });
        const bytes = encodeParquet(batch, part, about);
        const outcome = await store.create(key, bytes);
        await verify(store, key, { rows: part.length, bytes: bytes.length, writer: head.writer, outcome });
        written.push({ key, rows: part.length, bytes: bytes.length, outcome });
      }
    }
  }
  return written;
}

/** Looks that an object is what was written: by its size; one that was there before by its rows and its writer. */
async function verify(
  store: Store,
  key: string,
  expected: { rows: number; bytes: number; writer: string; outcome: 'created' | 'exists' },
): Promise<void> {
  const size = await store.size(key);
  if (expected.outcome === 'created') {
    if (size !== expected.bytes) throw unlike(key, `${size} bytes, not ${expected.bytes}`);
    return;
  }
  const { footer } = await readFooter(new ObjectFile(store, { key, size }));
  const writer = footer.metadata.get(metadataKey.writer);
  if (footer.rows !== expected.rows || writer !== expected.writer) {
    throw unlike(key, `${footer.rows} rows of ${writer}, not ${expected.rows} of ${expected.writer}`);
  }
}

function unlike(key: string, what: string): StoreError {
  return new StoreError('failed', key, `is not what was written: it has ${what}`);
}
