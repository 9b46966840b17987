import { type ExchangeAdapter, Reference } from '@feedlake/exchanges';
import type { Lake } from '@feedlake/lake';
import {
  type AnyRow,
  type DatasetName,
  day,
  floorTo,
  hour,
  isoDate,
  isoTime,
  parseIsoTime,
  type Row,
} from '@feedlake/schema';
import type { Interval } from '../intervals.ts';
import type { Wanted } from '../selection.ts';
import { interruptions } from './interruptions.ts';
import { rawMessages } from './raw-messages.ts';
import { Replay } from './replay.ts';
import { wantedSymbols } from './wanted-symbols.ts';

export interface RebuildOptions {
  /** Where the messages are. */
  readonly source: Lake;
  /** Where the rows go. */
  readonly target: Lake;
  readonly exchange: string;
  readonly adapter: ExchangeAdapter;
  /** Instruments, as a person names them. */
  readonly symbols: Wanted;
  /** Of receipt, in microseconds. */
  readonly range: Interval;
  readonly signal: AbortSignal;
  /** Told how many messages have been taken, now and then. */
  readonly onProgress?: (messages: number) => void;
}

/** What became of one dataset. */
export interface Rebuilt {
  rows: number;
  /** Objects that were written now, and those that were there before. */
  created: number;
  existing: number;
}

export interface RebuildReport {
  readonly messages: number;
  readonly datasets: ReadonlyMap<DatasetName, Rebuilt>;
  /** How often messages, or parts of them, were no rows, and why the first of them. */
  readonly rejected: { readonly count: number; readonly reasons: readonly string[] };
}

/** The writer that rebuilt objects name. */
export const rebuildWriter = 'rebuild';
/** Rows that are in memory at most before they are written. */
const mostRows = 250_000;
const progressEvery = 10_000;

/**
 * Maps the messages of an exchange again, as the live streams do, into another lake. The same messages make the same
 * objects, byte for byte: what is named and where it is cut follows from them alone.
 * @throws StoreError, ObjectError, RowError; the signal's reason.
 */
export async function rebuild(options: RebuildOptions): Promise<RebuildReport> {
  const { source, exchange, adapter, symbols, range, signal, onProgress } = options;
  const chunk = new Chunk(options);
  const reference = await referenceAt(source, exchange, range.to);
  const replay = new Replay({
    exchange,
    adapter,
    reference,
    isWanted: wantedSymbols(exchange, symbols, [...reference.instruments.values()]),
    onRow: (dataset, row) => chunk.add(dataset, row),
  });
  const interrupted = await interruptions(source, exchange, range);
  let next = 0;
  let messages = 0;
  for await (const raw of rawMessages(source, exchange, range)) {
    await chunk.begins(raw.ts_recv);
    for (let one = interrupted[next]; one !== undefined && one.from < raw.ts_recv; one = interrupted[next]) {
      replay.interrupted(one);
      next += 1;
    }
    replay.message(raw);
    messages += 1;
    if (messages % progressEvery !== 0) continue;
    signal.throwIfAborted();
    onProgress?.(messages);
  }
  await chunk.write();
  return { messages, datasets: chunk.datasets, rejected: replay.rejected };
}

/** Rows that become objects together: those of an hour of receipt, or as many as fit. */
class Chunk {
  readonly datasets = new Map<DatasetName, Rebuilt>();
  readonly #options: Pick<RebuildOptions, 'target' | 'exchange'>;
  readonly #rows = new Map<DatasetName, AnyRow[]>();
  #count = 0;
  #first: number | null = null;
  #last = 0;

  constructor(options: Pick<RebuildOptions, 'target' | 'exchange'>) {
    this.#options = options;
  }

  /** A message of this time of receipt is next. */
  async begins(received: number): Promise<void> {
    const isFull = this.#count >= mostRows;
    if (isFull || floorTo(received, hour) !== floorTo(this.#first ?? received, hour)) await this.write();
    this.#first ??= received;
    this.#last = received;
  }

  add(dataset: DatasetName, row: AnyRow): void {
    const rows = this.#rows.get(dataset);
    if (rows === undefined) this.#rows.set(dataset, [row]);
    else rows.push(row);
    this.#count += 1;
  }

  async write(): Promise<void> {
    const { target, exchange } = this.#options;
    const range = `${stamp(this.#first ?? 0)}-${stamp(this.#last)}`;
    for (const [dataset, rows] of this.#rows) {
      const name = `rebuild-${range}-${rows.length}`;
      const written = await target.write(dataset, exchange, name, rows as unknown as Row<typeof dataset>[]);
      const counted = this.datasets.get(dataset) ?? { rows: 0, created: 0, existing: 0 };
      this.datasets.set(dataset, counted);
      counted.rows += rows.length;
      for (const { outcome } of written) counted[outcome === 'created' ? 'created' : 'existing'] += 1;
    }
    this.#rows.clear();
    this.#count = 0;
    this.#first = null;
  }
}

/** A time in an object's name, `20261015T123456123000Z`. */
function stamp(time: number): string {
  return isoTime(time).replaceAll(/[-:.]/g, '');
}

/** What the lake knows of the instruments of an exchange: those of the last date before a time, else of the first after. */
async function referenceAt(lake: Lake, exchange: string, time: number): Promise<Reference> {
  const reference = new Reference();
  const dates = new Set<string>();
  for await (const { date } of lake.objects('instruments', { exchanges: [exchange] })) dates.add(date);
  const until = Number.isFinite(time) ? isoDate(time) : '9999';
  const date = [...dates].findLast((one) => one <= until) ?? [...dates][0];
  const from = date === undefined ? null : parseIsoTime(date);
  if (from === null) return reference;
  for await (const row of lake.scan('instruments', { exchange, from, to: from + day })) {
    reference.instruments.set(row.venue_symbol, row);
  }
  return reference;
}
