import { createHash } from 'node:crypto';
import type { DatasetName } from '@feedlake/schema';
import { dateFolder } from '../layout.ts';
import type { Store } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';

/** One date of one dataset at one exchange: what is compacted together. */
export interface DatePartition {
  readonly dataset: DatasetName;
  readonly exchange: string;
  /** UTC date, `2026-03-27`. */
  readonly date: string;
}

/** An object that compaction wrote, by its name without path and ending. */
export interface Output {
  readonly name: string;
  readonly bytes: number;
}

/** An object whose rows are in the outputs of a compaction, as it was when it was read. */
export interface Replaced extends Output {
  /** Hexadecimal. */
  readonly sha256: string;
}

/**
 * What a compaction did: from the moment that this is in the lake, and while all outputs are, readers leave out what it
 * replaces.
 */
export interface Commit {
  readonly id: string;
  readonly outputs: readonly Output[];
  /** Also what the compactions before it replaced, whose outputs are among these. */
  readonly replaces: readonly Replaced[];
}

/** Most rows that are merged into one output. */
export const outputRows = 4_194_304;
/** Changes whenever other rows, or another cut of them, are made of the same inputs. */
const method = 1;
const version = 1;
const idLength = 24;
const outputName = new RegExp(`^compact-([0-9a-f]{${idLength}})(?:\\.part[1-9]\\d*)?$`);
const commitName = new RegExp(`^_compact-([0-9a-f]{${idLength}})\\.json$`);

/** What names a compaction: it follows from what goes into it, so that doing it again makes the same names. */
export function compactionId({ dataset, exchange, date }: DatePartition, inputs: readonly string[]): string {
  const parts = [method, outputRows, dataset, exchange, date, ...[...inputs].sort()];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, idLength);
}

/** Name of an output, counted from 1. */
export function nameOfOutput(id: string, part: number): string {
  return part === 1 ? `compact-${id}` : `compact-${id}.part${part}`;
}

/** The compaction that an object is an output of, by its name; null for all other objects. */
export function idOfOutput(name: string): string | null {
  return outputName.exec(name)?.[1] ?? null;
}

/** Whether an object of this name holds what others held before. */
export function isCompacted(name: string): boolean {
  return idOfOutput(name) !== null;
}

/**
 * Key of a commit. It stands beside the objects, so that one listing tells of both, and its name begins with `_`: Athena,
 * Spark and Hive overlook such files, and a pattern for `*.parquet` does not meet it.
 */
export function commitKey({ dataset, exchange, date }: DatePartition, id: string): string {
  return `${dateFolder(dataset, exchange, date)}_compact-${id}.json`;
}

/** The compaction that a key is the commit of; null for all other keys. */
export function idOfCommit(key: string): string | null {
  return commitName.exec(key.slice(key.lastIndexOf('/') + 1))?.[1] ?? null;
}

/** The bytes of a commit: the same for the same content. */
export function encodeCommit({ id, outputs, replaces }: Commit): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify({ version, id, outputs, replaces })}\n`);
}

/**
 * Reads a commit.
 * @throws StoreError when the store can't read it, or it is none that this version knows.
 */
export async function readCommit(store: Store, key: string): Promise<Commit> {
  const text = new TextDecoder().decode(await store.read(key));
  const found = parsed(text);
  if (found !== null) return found;
  const explanation = 'is no commit of a compaction that this version of feedlake knows: use a newer one';
  throw new StoreError('unsupported', key, explanation);
}

function parsed(text: string): Commit | null {
  try {
    const found = JSON.parse(text) as Partial<Commit> & { version?: unknown };
    const { id, outputs, replaces } = found;
    if (found.version !== version || typeof id !== 'string') return null;
    if (!Array.isArray(outputs) || !outputs.every(isOutput) || outputs.length === 0) return null;
    if (!Array.isArray(replaces) || !replaces.every(isReplaced)) return null;
    return { id, outputs, replaces };
  } catch {
    return null;
  }
}

function isOutput(value: unknown): value is Output {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('bytes' in value)) return false;
  return typeof value.name === 'string' && typeof value.bytes === 'number';
}

function isReplaced(value: unknown): value is Replaced {
  return isOutput(value) && 'sha256' in value && typeof value.sha256 === 'string';
}
