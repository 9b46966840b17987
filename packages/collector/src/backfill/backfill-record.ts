import { randomBytes } from 'node:crypto';
import { type Store, StoreError } from '@feedlake/lake';
import { isoTime } from '@feedlake/schema';
import type { BackfillProgress, BackfillStatus } from './backfill.ts';

const root = '_backfills/';
const idShape = /^\d{8}T\d{6}Z-[0-9a-f]{12}$/;
/** Numbers of reports have leading zeros, so that names are in their order. */
const digits = 6;

/** Whether a text can be the id of a backfill. */
export function isBackfillId(text: string): boolean {
  return idShape.test(text);
}

/** An id that nobody else makes: when it was asked for, and something random. */
export function newBackfillId(created: number): string {
  const time = isoTime(created).slice(0, 19).replaceAll(/[-:]/g, '');
  return `${time}Z-${randomBytes(6).toString('hex')}`;
}

type Asked = Pick<BackfillStatus, 'request' | 'created' | 'writer'>;

/** What a run says. */
export interface Report extends BackfillProgress {
  /** Microseconds. */
  readonly updated: number;
  /** Whether the run goes on. */
  readonly isAtWork: boolean;
}

/** A backfill as its record has it. */
export interface RecordedBackfill {
  readonly status: BackfillStatus;
  /** Number of the newest report. */
  readonly reports: number;
  /** Whether the newest report says that a run is at work. */
  readonly isAtWork: boolean;
}

/**
 * What is kept of backfills, in the store of the lake beside its datasets: `_backfills/{id}/request.json` and numbered
 * reports, each written once and never changed. The newest report counts.
 */
export class BackfillRecord {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** @throws StoreError when it can't be written. */
  async create(id: string, { request, created, writer }: Asked): Promise<void> {
    await this.#store.create(`${root}${id}/request.json`, json({ request, created, writer }));
  }

  /** Ids of all backfills, oldest first. @throws StoreError */
  async ids(): Promise<string[]> {
    return (await this.#store.folders(root)).filter(isBackfillId);
  }

  /**
   * How far a backfill is; null when there is none of that id.
   * @throws StoreError when it can't be read.
   */
  async read(id: string): Promise<RecordedBackfill | null> {
    if (!isBackfillId(id)) return null;
    let newest: string | null = null;
    for await (const { key } of this.#store.list(`${root}${id}/`)) {
      if (/\/\d+\.json$/.test(key)) newest = key;
    }
    const asked = await this.#parsed<Asked>(`${root}${id}/request.json`);
    if (asked === null) return null;
    const nothing = { state: 'queued', done: 0, total: null, fetched: 0, failures: [] } as const;
    const begun = { ...nothing, updated: asked.created, isAtWork: false };
    const { isAtWork, ...report } = (newest === null ? null : await this.#parsed<Report>(newest)) ?? begun;
    const reports = newest === null ? 0 : Number(newest.slice(-digits - 5, -5));
    return { status: { id, ...asked, ...report }, reports, isAtWork };
  }

  /**
   * Adds a report.
   * @returns whether it is ours: false when somebody else wrote one of that number.
   * @throws StoreError when it can't be written.
   */
  async report(id: string, number: number, report: Report): Promise<boolean> {
    const key = `${root}${id}/${String(number).padStart(digits, '0')}.json`;
    return (await this.#store.create(key, json(report))) === 'created';
  }

  async #parsed<Content>(key: string): Promise<Content | null> {
    try {
      return JSON.parse(Buffer.from(await this.#store.read(key)).toString()) as Content;
    } catch (error) {
      if (error instanceof StoreError && error.fault === 'not_found') return null;
      throw error;
    }
  }
}

function json(content: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(content)}\n`);
}
