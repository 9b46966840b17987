import { statSync } from 'node:fs';
import { Sealer, Spool, StoreError, type StoreFault } from '@feedlake/lake';
import type { AnyRow, DatasetName, Row } from '@feedlake/schema';
import type { Logger } from '@feedlake/telemetry';
import { Ledger } from './ledger.ts';
import type { LedgerEntry } from './ledger-entry.ts';
import { endsOf, type FeedEnd, ledgerState } from './ledger-state.ts';
import { Shedding } from './shedding.ts';

export interface RecorderOptions {
  /** False: nothing is kept, neither on disk nor in the lake. Default true. */
  readonly store?: boolean;
  /** Where segments are kept until they are in the lake. */
  readonly folder: string;
  /** The lake: a folder or `s3://bucket/prefix`. */
  readonly location: string;
  readonly writer: string;
  readonly syncMs: number;
  readonly segment: { readonly bytes: number; readonly rows: number; readonly ageMs: number };
  /** So many bytes of segments may wait on disk. */
  readonly spoolBytes: number;
  readonly logger: Logger;
  readonly now: () => number;
  /** Brings the ledger's entries up to what their connections prove; called before it tells. */
  readonly prove: () => void;
  readonly onGap?: (entry: LedgerEntry, cause: string) => void;
  readonly onSealed?: (
    objects: readonly { readonly key: string; readonly rows: number; readonly bytes: number }[],
  ) => void;
  /** A segment is whole on disk, and tells of all feeds until there. It is brought into the lake after this. */
  readonly onClosed?: (ends: readonly FeedEnd[]) => Promise<void>;
}

/** Rows that may be in memory before the next sync is due. */
const mostPendingRows = 50_000;
/** Rows that may be in memory while the disk takes none. */
const mostHeldRows = 1_000_000;
/** How often it is looked whether that many are. */
const lookMs = 200;
/** The state of the ledger is noted at least this often (µs). */
const noteEvery = 10_000_000;
/** How often a disk that failed is tried again (µs). */
const probeEvery = 5_000_000;

/**
 * Records what was received: rows and the account of them go to disk at least every sync interval, in segments that
 * a thread brings into the lake. When the disk or the lake can't keep up, it sheds the least important feeds first and
 * tells the gaps.
 */
export class Recorder {
  readonly spool: Spool;
  readonly ledger: Ledger;
  readonly sealer: Sealer;
  readonly shedding: Shedding;
  readonly #options: RecorderOptions;
  /** Coverage rows that are not on disk yet. */
  #unsynced: Row<'coverage'>[] = [];
  #timer: NodeJS.Timeout | undefined;
  #hurried = false;
  #lastSync = 0;
  #lastNote = 0;
  #lastProbe = 0;
  #waitingBytes = 0;
  readonly #sizes = new Map<string, number>();
  /** The last closed segment is with the sealer. */
  #noted: Promise<void> = Promise.resolve();
  #flushing: Promise<void> | null = null;
  #rows = 0;
  #lastSealed: number | null = null;
  #lakeFault: string | null = null;
  readonly #keeps: boolean;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#keeps = options.store ?? true;
    const { folder, location, writer, segment, now, prove, logger } = options;
    this.ledger = new Ledger({
      writer,
      now,
      emit: (row) => this.#account(row),
      ...(options.onGap === undefined ? {} : { onGap: options.onGap }),
    });
    this.shedding = new Shedding(options.spoolBytes);
    let ends: readonly FeedEnd[] = [];
    this.spool = new Spool({
      folder,
      writer,
      limits: segment,
      now,
      onOpen: () => this.#note(),
      beforeEnd: () => {
        prove();
        this.ledger.cut();
        ends = endsOf(this.ledger);
      },
      onPending: () => this.#hurry(),
      onClosed: (path, isWhole) => {
        const noted = isWhole ? options.onClosed?.(ends) : undefined;
        if (noted === undefined) this.#seal(path);
        else this.#noted = noted.then(() => this.#seal(path));
      },
    });
    this.sealer = new Sealer({
      location,
      onSealed: (path, { objects, damagedBytes }) => {
        this.#waitingBytes -= this.#sizes.get(path) ?? 0;
        this.#sizes.delete(path);
        this.#lastSealed = now();
        this.#lakeFault = null;
        options.onSealed?.(objects);
        const rows = objects.reduce((sum, one) => sum + one.rows, 0);
        logger.debug(
          { path, objects: objects.length, rows },
          `${rows} rows in ${objects.length} objects are in the lake`,
        );
        if (damagedBytes > 0) {
          logger.warn(
            { path, damagedBytes },
            `the end of a segment was damaged: ${path}.damaged keeps ${damagedBytes} bytes`,
          );
        }
      },
      onFailed: (path, { fault, message }, retryMs) => {
        this.#lakeFault = message;
        const what = fault === 'segment' ? "a segment can't be brought into the lake" : "the lake can't be written to";
        logger.error({ path, fault, retryMs }, `${what}, trying again in ${retryMs} ms: ${message}`);
      },
    });
  }

  /** Rows recorded since the start. */
  get rows(): number {
    return this.#rows + this.spool.pendingRows;
  }

  /** Segments that are closed and not in the lake yet. */
  get waiting(): { readonly count: number; readonly bytes: number } {
    return { count: this.sealer.waiting.length, bytes: this.#waitingBytes };
  }

  /** When something last came into the lake (µs); null = not yet. */
  get lastSealed(): number | null {
    return this.#lastSealed;
  }

  /** Why the lake did not take the last segment that it was offered; null = it did. */
  get lakeFault(): string | null {
    return this.#lakeFault;
  }

  start(): void {
    if (!this.#keeps) return;
    const { syncMs } = this.#options;
    this.#timer = setInterval(() => this.#look(), Math.min(lookMs, syncMs));
  }

  /** Adds a row. @throws RowError when it can't be stored. */
  append(dataset: DatasetName, exchange: string, row: AnyRow): void {
    if (this.#keeps) this.spool.append(dataset, exchange, row);
  }

  /** Brings what was received until now to disk. */
  flush(): Promise<void> {
    this.#flushing ??= this.#flush(() => this.spool.flush()).finally(() => {
      this.#flushing = null;
    });
    return this.#flushing;
  }

  /** Takes over a segment of an earlier run. */
  adopt(path: string): void {
    this.#seal(path);
  }

  /**
   * Ends recording: closes the segment and brings all into the lake.
   * @param waitMs how long that may take; what is not in the lake then stays on disk for the next start.
   * @returns whether everything is in the lake.
   */
  async close(waitMs: number): Promise<boolean> {
    if (!this.#keeps) return true;
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#flushing;
    this.#lastProbe = Number.NEGATIVE_INFINITY;
    await this.#flush(() => this.spool.end());
    await this.#noted;
    const deadline = new AbortController();
    this.sealer.hurry();
    const done = await Promise.race([
      this.sealer.settled(),
      new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), waitMs);
        deadline.signal.addEventListener('abort', () => clearTimeout(timer));
      }),
    ]);
    deadline.abort();
    await this.sealer.close();
    return done;
  }

  /** Brings forward the next look, to when the work at hand is done. */
  #hurry(): void {
    if (this.#hurried || this.#timer === undefined) return;
    this.#hurried = true;
    setImmediate(() => {
      this.#hurried = false;
      if (this.#timer !== undefined) this.#look();
    });
  }

  #look(): void {
    if (this.#flushing !== null) {
      // The disk hangs: what comes now would only fill the memory.
      if (this.spool.pendingRows >= mostHeldRows) this.shedding.diskFault ??= 'overload';
      return;
    }
    const { now, syncMs } = this.#options;
    const due = now() - this.#lastSync >= syncMs * 1000 || this.spool.pendingRows >= mostPendingRows;
    if (due) void this.flush();
  }

  async #flush(write: () => Promise<{ rows: number; bytes: number }>): Promise<void> {
    const { now, logger } = this.#options;
    this.#lastSync = now();
    if (this.shedding.diskFault !== null) {
      if (now() - this.#lastProbe < probeEvery) return;
      this.#lastProbe = now();
    }
    if (this.spool.open !== null && (this.ledger.takeChanged() || now() - this.#lastNote >= noteEvery)) this.#note();
    const written = write();
    this.ledger.mark();
    const accounted = this.#unsynced;
    this.#unsynced = [];
    try {
      this.#rows += (await written).rows;
      this.ledger.synced();
      if (this.shedding.diskFault !== null) logger.info({}, 'the disk takes data again');
      this.shedding.diskFault = null;
      this.shedding.update(this.#waitingBytes + (this.spool.open?.bytes ?? 0));
    } catch (error) {
      const fault = error instanceof StoreError ? error.fault : 'failed';
      if (this.shedding.diskFault === null) {
        logger.error({ error }, `what was received can't be kept: ${error instanceof Error ? error.message : error}`);
      }
      this.shedding.diskFault = causeOf(fault);
      this.ledger.lost(causeOf(fault));
      // The account of what was lost must not be lost as well.
      for (const row of accounted) this.#account(row);
    }
  }

  #account(row: Row<'coverage'>): void {
    if (!this.#keeps) return;
    this.#unsynced.push(row);
    this.spool.append('coverage', row.exchange, row);
  }

  #note(): void {
    this.#lastNote = this.#options.now();
    this.#options.prove();
    this.spool.note(ledgerState(this.ledger, this.#lastNote));
  }

  #seal(path: string): void {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    this.#sizes.set(path, size);
    this.#waitingBytes += size;
    this.sealer.add(path);
  }
}

function causeOf(fault: StoreFault): string {
  return fault === 'disk_full' ? 'disk_full' : 'disk_error';
}
