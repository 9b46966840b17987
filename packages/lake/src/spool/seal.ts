import { rename, rm } from 'node:fs/promises';
import type { WrittenObject } from '../lake.ts';
import { objectKey } from '../layout.ts';
import { maxRows } from '../parquet/column-batch.ts';
import { ObjectError, readFooter } from '../parquet/footer.ts';
import { metadataKey } from '../parquet/metadata.ts';
import { ObjectFile } from '../parquet/object-file.ts';
import type { Store } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';
import type { Frame } from './frame.ts';
import { readSegment } from './read-segment.ts';
import { type SegmentHead, segmentHead, segmentName, segmentParts } from './segment.ts';
import { SortedRows } from './sorted-rows.ts';

/** What became of a segment. */
export interface Sealed {
  readonly objects: readonly WrittenObject[];
  /** Bytes that were no whole frames; the segment is kept as `.damaged` for their sake. 0 = none. */
  readonly damagedBytes: number;
}

/** A segment can't be brought into the lake as things are, though the lake takes others. */
export class SegmentError extends Error {
  override readonly name = 'SegmentError';
}

/**
 * Turns a segment file into objects of the lake and removes it: encodes its rows, writes what is not there yet, and
 * looks that every object is there whole. Objects are named after the segment, so that doing it again, after a
 * failure anywhere, writes the same objects or none.
 * @param objectRows Most rows of an object.
 * @throws StoreError when the store fails, SegmentError when an object has the name of one of this segment's but other
 * rows, or an error of the file system. The file is still there then.
 */
export async function sealSegment(path: string, store: Store, objectRows = maxRows): Promise<Sealed> {
  const content = await readSegment(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  // It was sealed before, and whoever did it could not tell any more.
  if (content === null) return { objects: [], damagedBytes: 0 };
  const head = segmentHead(content.frames);
  const objects = head === null ? [] : await writeObjects(content.frames, head, store, objectRows);
  const damagedBytes = head === null ? content.bytes : content.damagedBytes;
  if (damagedBytes > 0) await rename(path, `${path}.damaged`);
  else await rm(path);
  return { objects, damagedBytes };
}

/** Uploads at the same time: a bucket is some hundred milliseconds away, and a segment makes some dozens of objects. */
const uploadsAtOnce = 4;

/** Encodes objects one by one and writes several at once. One that is in another's way does not keep the others. */
async function writeObjects(
  frames: readonly Frame[],
  head: SegmentHead,
  store: Store,
  objectRows: number,
): Promise<WrittenObject[]> {
  const written: (WrittenObject | null)[] = [];
  const faults: string[] = [];
  const failures: unknown[] = [];
  const underway = new Set<Promise<void>>();
  for (const part of segmentParts(frames)) {
    const rows = new SortedRows(part);
    for (const { key, order } of objectsOf(rows, head, objectRows)) {
      if (underway.size >= uploadsAtOnce) await Promise.race(underway);
      if (failures.length > 0) break;
      const bytes = await rows.encode(order, head.writer);
      const place = written.push(null) - 1;
      const upload = writeObject(store, key, bytes, order.length, head.writer)
        .then(
          (object) => {
            written[place] = object;
          },
          (error: unknown) => void (error instanceof SegmentError ? faults.push(error.message) : failures.push(error)),
        )
        .finally(() => underway.delete(upload));
      underway.add(upload);
    }
  }
  await Promise.all(underway);
  if (failures.length > 0) throw failures[0];
  if (faults.length > 0) throw new SegmentError(faults.join('; '));
  return written.filter((object) => object !== null);
}

/** What objects the rows of a part make: one a date, more where one would be too large. */
function* objectsOf(
  { part: { dataset, exchange, recovered }, byDate }: SortedRows,
  head: SegmentHead,
  objectRows: number,
): Generator<{ key: string; order: Uint32Array }> {
  // The segment may have been sealed in part before it was recovered: an object that is there never gets more rows.
  const name = recovered ? `${segmentName(head)}-recovered` : segmentName(head);
  for (const [date, order] of byDate) {
    for (let start = 0; start < order.length; start += objectRows) {
      const part = start === 0 ? name : `${name}.part${start / objectRows + 1}`;
      yield {
        key: objectKey({ dataset, exchange, date, name: part }),
        order: order.subarray(start, start + objectRows),
      };
    }
  }
}

async function writeObject(
  store: Store,
  key: string,
  bytes: Uint8Array,
  rows: number,
  writer: string,
): Promise<WrittenObject> {
  const outcome = await store.create(key, bytes);
  const size = await store.size(key);
  if (outcome === 'exists') await compare(new ObjectFile(store, { key, size }), rows, writer);
  else if (size !== bytes.length) {
    throw new StoreError('failed', key, `has ${size} bytes, though ${bytes.length} were written`);
  }
  return { key, rows, bytes: bytes.length, outcome };
}

/**
 * Looks that an object that was there before can be what was to be written. Its bytes prove nothing: another version
 * may have encoded the same rows.
 */
async function compare(file: ObjectFile, rows: number, writer: string): Promise<void> {
  try {
    const { footer } = await readFooter(file);
    const found = footer.metadata.get(metadataKey.writer);
    if (footer.rows === rows && found === writer) return;
    throw new SegmentError(
      `${file.key} is in the way: it has ${footer.rows} rows of ${found}, not ${rows} of ${writer}`,
    );
  } catch (error) {
    throw error instanceof ObjectError ? new SegmentError(error.message, { cause: error }) : error;
  }
}
