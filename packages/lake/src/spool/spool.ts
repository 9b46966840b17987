import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type AnyRow, type DatasetName, day, floorTo, isoTime } from '@feedlake/schema';
import { ColumnBatch } from '../parquet/column-batch.ts';
import { batchFrame } from './batch-frame.ts';
import { BookTable } from './book-table.ts';
import { encodeFrame } from './frame.ts';
import { FrameBuffers } from './frame-buffers.ts';
import { HotTable } from './hot-table.ts';
import type { MessageTable } from './message-table.ts';
import { headFrame, type SegmentHead, segmentName } from './segment.ts';
import { SegmentFile } from './segment-file.ts';
import { booksFrame, type TableOrigin, tradesFrame } from './table-frames.ts';
import { TradeTable } from './trade-table.ts';

export const segmentEnding = '.segment';

export interface SpoolOptions {
  /** Where segment files are; made when it is needed. */
  readonly folder: string;
  readonly writer: string;
  /** When a segment is closed. */
  readonly limits: { readonly bytes: number; readonly rows: number; readonly ageMs: number };
  /** The time now, in microseconds. */
  readonly now: () => number;
  /** Called when a segment begins, and again when that failed: what it notes is among the first of that segment. */
  readonly onOpen?: () => void;
  /** Called right before a segment ends: what it appends is the last of that segment. */
  readonly beforeEnd: () => void;
  /** There are rows in memory that are worth a flush. It is called while a message is being taken. */
  readonly onPending?: () => void;
  /** A segment was closed and can be sealed. `isWhole`: with all that was to be in it. */
  readonly onClosed: (path: string, isWhole: boolean) => void;
}

interface OpenSegment {
  readonly file: SegmentFile;
  readonly head: SegmentHead;
  rows: number;
  /** What it is to note at its beginning is on its way to disk. */
  isNoted: boolean;
}

/** How a flush ended: everything that had been appended is on disk. */
export interface Flushed {
  readonly rows: number;
  readonly bytes: number;
}

/**
 * What was received and is not in the lake yet, on disk: rows are collected in memory and appended to the open segment
 * by {@link flush}. A segment that is large or old enough is closed, and the next opened. Columns that are full become a
 * frame at once, so that a flush has little left to do.
 *
 * A flush that fails loses the rows that it was to write; those of earlier ones are safe. Its caller is told, and
 * records the gap.
 */
export class Spool {
  readonly #options: SpoolOptions;
  readonly #epoch: string;
  readonly #trades = new Map<string, HotTable<TradeTable>>();
  readonly #books = new Map<string, HotTable<BookTable>>();
  readonly #batches = new Map<string, { readonly exchange: string; batch: ColumnBatch }>();
  readonly #buffers = new FrameBuffers();
  /** Frames of full tables, and the rows in them. */
  #full: Buffer[] = [];
  #fullRows = 0;
  #notes: object[] = [];
  #sequence = 0;
  #segment: OpenSegment | null = null;
  #work: Promise<unknown> = Promise.resolve();

  constructor(options: SpoolOptions) {
    this.#options = options;
    const started = isoTime(options.now()).replaceAll(/[-:.]|000Z$/g, '');
    this.#epoch = `${started}-${randomBytes(2).toString('hex')}`;
  }

  /** Columns for trades that are exact as DOUBLEs. */
  trades(exchange: string, source: string): HotTable<TradeTable> {
    return this.#hot(
      this.#trades,
      { exchange, source },
      (origin) => new HotTable(new TradeTable(), origin, tradesFrame),
    );
  }

  /** Columns for book messages that are exact as DOUBLEs. */
  books(exchange: string, source: string): HotTable<BookTable> {
    return this.#hot(this.#books, { exchange, source }, (origin) => new HotTable(new BookTable(), origin, booksFrame));
  }

  /**
   * Adds a row of any dataset.
   * @throws RowError when it can't be stored.
   */
  append(dataset: DatasetName, exchange: string, row: AnyRow): void {
    const key = `${dataset} ${exchange}`;
    let found = this.#batches.get(key);
    if (found === undefined) {
      found = { exchange, batch: new ColumnBatch(dataset) };
      this.#batches.set(key, found);
    }
    found.batch.append(row);
  }

  /** Adds something that is to be known after a crash; it is in the open segment and goes with it. */
  note(note: object): void {
    this.#notes.push(note);
  }

  /** Rows that are only in memory. */
  get pendingRows(): number {
    let rows = this.#fullRows;
    for (const { table } of this.#trades.values()) rows += table.committed;
    for (const { table } of this.#books.values()) rows += table.committed;
    for (const { batch } of this.#batches.values()) rows += batch.rows;
    return rows;
  }

  /** The segment that is open: its rows and bytes on disk, and since when (µs). Null while nothing was received. */
  get open(): { readonly rows: number; readonly bytes: number; readonly since: number } | null {
    if (this.#segment === null) return null;
    const { file, rows, head } = this.#segment;
    return { rows, bytes: file.bytes, since: head.opened };
  }

  /**
   * Brings all that was appended until now to disk. Flushes follow each other in the order of their calls.
   * @throws StoreError when that fails: the rows are lost.
   */
  flush(): Promise<Flushed> {
    return this.#enqueue(this.#isDue ? 'end' : 'go on');
  }

  /** Like {@link flush}, and closes the segment, if one is open. */
  end(): Promise<Flushed> {
    return this.#enqueue('end');
  }

  get #isDue(): boolean {
    if (this.#segment === null) return false;
    const { limits, now } = this.#options;
    const { file, head, rows } = this.#segment;
    const age = now() - head.opened;
    return (
      rows >= limits.rows ||
      file.bytes >= limits.bytes ||
      age >= limits.ageMs * 1000 ||
      floorTo(head.opened, day) !== floorTo(now(), day)
    );
  }

  #enqueue(what: 'end' | 'go on'): Promise<Flushed> {
    const { now, writer, folder, beforeEnd, onOpen } = this.#options;
    if (what === 'end') beforeEnd();
    const hasNews = this.pendingRows > 0 || this.#notes.length > 0;
    if (!hasNews && (this.#segment === null || what === 'go on')) return this.#work.then(() => ({ rows: 0, bytes: 0 }));
    if (this.#segment === null) {
      this.#sequence += 1;
      const head = { writer, epoch: this.#epoch, sequence: this.#sequence, opened: now() };
      const file = new SegmentFile(join(folder, `${segmentName(head)}${segmentEnding}`));
      this.#segment = { file, head, rows: 0, isNoted: false };
    }
    const segment = this.#segment;
    if (!segment.isNoted) onOpen?.();
    segment.isNoted = true;
    const rows = this.pendingRows;
    const frames = this.#takeFrames();
    if (what === 'end') this.#segment = null;
    const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
    const work = this.#work.then(async () => {
      try {
        await (what === 'end' ? this.#finish(segment, frames) : append(segment, frames));
      } finally {
        this.#buffers.release(frames);
      }
      segment.rows += rows;
      return { rows, bytes };
    });
    this.#work = work.catch(() => undefined);
    return work;
  }

  /** Appends the last frames of a segment and closes it, with what it has when they can't be written. */
  async #finish(segment: OpenSegment, frames: readonly Buffer[]): Promise<void> {
    const { file } = segment;
    const end = encodeFrame({ kind: 'end' }, []);
    let isWhole = false;
    try {
      await append(segment, [...frames, end]);
      isWhole = true;
    } catch (error) {
      // Its caller accounts for what is lost, so it must not look as if its writer had crashed.
      if (file.bytes > 0) await file.append([end]).catch(() => undefined);
      throw error;
    } finally {
      await file.close();
      if (file.bytes > 0) this.#options.onClosed(file.path, isWhole);
    }
  }

  #hot<Table extends MessageTable>(
    tables: Map<string, HotTable<Table>>,
    origin: TableOrigin,
    make: (origin: TableOrigin) => HotTable<Table>,
  ): HotTable<Table> {
    const key = `${origin.exchange} ${origin.source}`;
    const known = tables.get(key);
    if (known !== undefined) return known;
    const made = make(origin);
    made.table.onFull = () => {
      this.#freeze(made);
      this.#options.onPending?.();
    };
    tables.set(key, made);
    return made;
  }

  #freeze<Table extends MessageTable>(hot: HotTable<Table>): void {
    const { committed } = hot.table;
    const frame = hot.takeFrame(this.#buffers.take);
    if (frame === null) return;
    this.#full.push(frame);
    this.#fullRows += committed;
  }

  #takeFrames(): Buffer[] {
    for (const hot of this.#trades.values()) this.#freeze(hot);
    for (const hot of this.#books.values()) this.#freeze(hot);
    const frames = this.#full;
    this.#full = [];
    this.#fullRows = 0;
    for (const held of this.#batches.values()) {
      if (held.batch.rows === 0) continue;
      frames.push(batchFrame(held.batch, held.exchange));
      held.batch = new ColumnBatch(held.batch.dataset);
    }
    for (const note of this.#notes) frames.push(encodeFrame({ kind: 'note', note }, []));
    this.#notes = [];
    return frames;
  }
}

async function append(segment: OpenSegment, frames: readonly Buffer[]): Promise<void> {
  const { file, head } = segment;
  try {
    await file.append(file.bytes > 0 ? frames : [headFrame(head), ...frames]);
  } catch (error) {
    if (file.bytes === 0) segment.isNoted = false;
    throw error;
  }
}
