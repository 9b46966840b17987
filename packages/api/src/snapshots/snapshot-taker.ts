import {
  failureOf,
  listInstruments,
  Schedule,
  SnapshotFailure,
  SnapshotJobs,
  schedulesOf,
  takeSnapshot,
  type Venue,
  type Wanted,
} from '@feedlake/collector';
import type { Config } from '@feedlake/config';
import { type Lake, StoreError, snapshotName } from '@feedlake/lake';
import { type Row, now as systemNow } from '@feedlake/schema';
import type { SnapshotRequest, Snapshots, SnapshotTaken } from '../work.ts';

export interface SnapshotTakerOptions {
  readonly config: Config;
  readonly lake: Lake;
  /** Gives an exchange; what it throws fails the snapshot. */
  readonly venueOf: (exchange: string) => Venue;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
  /** Microseconds. */
  readonly now?: () => number;
}

/** A snapshot that takes longer is ended, in milliseconds; what came until then is stored. */
const longestMs = 120_000;

/**
 * Takes snapshots that somebody asks for. One by hand is stored under the moment at which it is taken, whatever the schedules
 * do, and claims nothing: coverage is about what was planned.
 */
export class SnapshotTaker implements Snapshots {
  readonly #options: SnapshotTakerOptions;
  readonly #jobs: SnapshotJobs;

  constructor(options: SnapshotTakerOptions) {
    this.#options = options;
    this.#jobs = new SnapshotJobs({ lake: options.lake, venueOf: options.venueOf });
  }

  /** @throws StoreError when the lake can't be written to; the signal's reason. */
  take(request: SnapshotRequest): Promise<SnapshotTaken> {
    const time = (this.#options.now ?? systemNow)();
    return request.scheduled ? this.#forSlot(request, time) : this.#byHand(request, time);
  }

  async #forSlot({ dataset, exchange }: SnapshotRequest, time: number): Promise<SnapshotTaken> {
    const { config, signal } = this.#options;
    const nothing = { time, rows: 0, objects: [], failures: [], rejected: [], notices: [] };
    const job = schedulesOf(config).find((one) => one.dataset === dataset && one.exchange === exchange);
    if (job === undefined) return { ...nothing, outcome: 'unscheduled' };
    const slot = new Schedule(job.every).slotAt(time);
    try {
      const report = await this.#jobs.run(job, slot, signal);
      const { outcome, rows, objects, failures, rejected, notices } = report;
      const missing = { exchange, symbol: null, kind: 'not_offered', message: notices[0] ?? `${exchange} has none` };
      return {
        outcome: outcome === 'known' ? 'known' : 'taken',
        time: slot,
        rows,
        objects: objects.map(({ key, rows: count }) => ({ key, rows: count })),
        failures: outcome === 'not_offered' ? [missing] : failures,
        rejected,
        notices,
      };
    } catch (error) {
      if (signal.aborted || error instanceof StoreError) throw error;
      const failures = error instanceof SnapshotFailure ? error.failures : [failureOf(exchange, null, error, signal)];
      const rejected = error instanceof SnapshotFailure ? error.rejected : [];
      return { ...nothing, outcome: 'taken', time: slot, failures, rejected };
    }
  }

  async #byHand({ dataset, exchange, symbols }: SnapshotRequest, time: number): Promise<SnapshotTaken> {
    const { config, lake, venueOf, signal } = this.#options;
    const settings = config.exchanges[exchange]?.symbols ?? 'all';
    const wanted: Wanted =
      symbols === null || symbols === 'all' ? (config.snapshots[dataset].symbols ?? settings) : symbols;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(longestMs)]);
    let venue: Venue;
    try {
      venue = venueOf(exchange);
    } catch (error) {
      const failures = [failureOf(exchange, null, error, signal)];
      return { outcome: 'taken', time, rows: 0, objects: [], failures, rejected: [], notices: [] };
    }
    const taken = await (dataset === 'instruments'
      ? listed(venue, limit)
      : takeSnapshot(venue, dataset, { symbols: wanted, scheduled: null, signal: limit, keepsPart: true }));
    const { rows, failures, rejected, notices, isPart } = taken;
    const isAll = wanted === 'all' || dataset === 'instruments';
    const scope = [...(isAll ? [] : [...wanted].sort()), ...(isPart ? ['part'] : [])];
    const written = await lake.write(dataset, exchange, snapshotName(time, scope), rows as Row<typeof dataset>[]);
    const created = written.filter(({ outcome }) => outcome === 'created');
    const late = { exchange, symbol: null, kind: 'timeout', message: 'it took too long; this is what came until then' };
    return {
      outcome: 'taken',
      time,
      rows: created.reduce((sum, one) => sum + one.rows, 0),
      objects: written.map(({ key, rows: count }) => ({ key, rows: count })),
      failures: isPart ? [...failures, late] : failures,
      rejected,
      notices,
    };
  }
}

/** The list of instruments is asked for whole: what names mean goes by it. */
async function listed(venue: Venue, signal: AbortSignal) {
  const nothing = { failures: [], notices: [], isPart: false };
  try {
    const { instruments, rejected } = await listInstruments(venue, null, signal);
    return { ...nothing, rows: instruments, rejected };
  } catch (error) {
    return { ...nothing, rows: [], rejected: [], failures: [failureOf(venue.id, null, error, signal)] };
  }
}
