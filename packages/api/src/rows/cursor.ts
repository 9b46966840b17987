import { identityOf, type RangePosition } from '@feedlake/lake';
import type { DatasetName } from '@feedlake/schema';
import * as z from 'zod';

/** Where an answer ended, and of which question. */
export interface Cursor {
  readonly exchange: string;
  /** `symbol` as it was asked for; null where nothing was said. */
  readonly asked: string | null;
  /** As rows have them; null = all. */
  readonly symbols: readonly string[] | null;
  /** The value of the column that the dataset is told apart by; undefined = any. */
  readonly part: string | number | null | undefined;
  /** Microseconds, `to` exclusive. */
  readonly from: number;
  readonly to: number;
  readonly position: RangePosition;
}

const version = 2;
const micros = z.int();
const shape = z.tuple([
  z.literal(version),
  z.string(),
  z.string(),
  z.string().nullable(),
  z.array(z.string()).nullable(),
  z.array(z.union([z.string(), z.number(), z.null()])).max(1),
  micros,
  micros,
  micros,
  z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])),
]);

/** Writes a cursor as a text that is nobody's business: its form may change. */
export function writeCursor(dataset: DatasetName, cursor: Cursor): string {
  const { exchange, asked, symbols, part, from, to, position } = cursor;
  const parts = part === undefined ? [] : [part];
  const all = [version, dataset, exchange, asked, symbols, parts, from, to, position.time, position.key];
  return Buffer.from(JSON.stringify(all)).toString('base64url');
}

/** Reads a cursor of a dataset; null when the text is none. */
export function readCursor(dataset: DatasetName, text: string): Cursor | null {
  const parsed = shape.safeParse(jsonOf(text));
  if (!parsed.success) return null;
  const [, of, exchange, asked, symbols, [part], from, to, time, key] = parsed.data;
  if (of !== dataset || key.length !== identityOf(dataset).keyOf({}).length) return null;
  return { exchange, asked, symbols, part, from, to, position: { time, key } };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
