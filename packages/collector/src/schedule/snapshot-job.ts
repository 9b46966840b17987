import type { Lake, WrittenObject } from '@feedlake/lake';
import { day, type Row } from '@feedlake/schema';
import { type Clock, systemClock } from '@feedlake/transport';
import type { CoverageRow } from '../coverage/row.ts';
import type { Failure } from '../failure.ts';
import { ownGapCause } from '../gap-cause.ts';
import { type Interval, subtract } from '../intervals.ts';
import type { Venue } from '../venue.ts';
import { type Held, partStatement, type Statement, snapshotDetail, statementOf } from './account.ts';
import { accountedUntil } from './accounted-until.ts';
import { CoverageLedger } from './coverage-ledger.ts';
import { heldInLake, heldOf } from './held.ts';
import { lackingSymbols } from './lacking.ts';
import { gapName, rowsName, takenName } from './object-names.ts';
import { type Polled, poll, type SnapshotRow } from './poll.ts';
import { Schedule } from './schedule.ts';
import type { ScheduledWork } from './scheduler.ts';
import type { ScheduledSnapshot } from './schedules-of.ts';

/** What came of one scheduled snapshot. */
export interface SnapshotReport {
  /** `known`: the slot was done before, by whomever. `not_offered`: the exchange has nothing of the kind. */
  readonly outcome: 'stored' | 'known' | 'not_offered';
  /** Rows that were stored now. */
  readonly rows: number;
  readonly objects: readonly WrittenObject[];
  /** What did not come. */
  readonly failures: readonly Failure[];
  /** Why rows were turned down, one reason each. */
  readonly rejected: readonly string[];
  /** What is worth saying, each thing only once for a job. */
  readonly notices: readonly string[];
}

/** Nothing came of a scheduled snapshot. The gap is in the lake. */
export class SnapshotFailure extends Error {
  override readonly name = 'SnapshotFailure';
  readonly failures: readonly Failure[];
  readonly rejected: readonly string[];

  constructor({ dataset, exchange }: ScheduledSnapshot, { failures, rejected }: Polled) {
    super(`${exchange}: no ${dataset}: ${failures[0]?.message ?? rejected[0] ?? 'nothing came'}`);
    this.failures = failures;
    this.rejected = rejected;
  }
}

export interface SnapshotJobsOptions {
  readonly lake: Lake;
  /** Gives an exchange; what it throws fails the snapshot. */
  readonly venueOf: (exchange: string) => Venue;
  readonly clock?: Clock;
}

/** How far back a time is looked for until which the lake knows what it has. */
const lookBack = 2 * day;
const mostNotices = 1000;
/** Causes of gaps that may have passed a moment later. */
const passingCauses: ReadonlySet<string> = new Set(['disconnect', 'rate_limited', 'upstream_error', 'internal']);
const nothing = { rows: 0, objects: [], failures: [], rejected: [], notices: [] };

/**
 * Takes scheduled snapshots: rows into the lake, and for every slot coverage that says what there is and what is not. All
 * names follow from job and slot, so that a slot that is fired twice, or again after a crash, adds nothing twice.
 */
export class SnapshotJobs implements ScheduledWork<SnapshotReport> {
  readonly #lake: Lake;
  readonly #venueOf: SnapshotJobsOptions['venueOf'];
  readonly #clock: Clock;
  readonly #ledger: CoverageLedger;
  /** What was said already, so that it is not repeated with every slot. */
  readonly #said = new Set<string>();

  constructor({ lake, venueOf, clock = systemClock }: SnapshotJobsOptions) {
    this.#lake = lake;
    this.#venueOf = venueOf;
    this.#clock = clock;
    this.#ledger = new CoverageLedger(lake, clock);
  }

  /**
   * Takes the snapshot of a slot (µs), unless that was done before.
   * @throws SnapshotFailure when nothing came; StoreError, RowError when the lake can't be written to; the signal's
   * reason, and then nothing was said about the slot.
   * @param deadline when it is aborted, what came until then is stored, and the rest are failures
   */
  run(
    job: ScheduledSnapshot,
    slot: number,
    signal: AbortSignal,
    deadline: AbortSignal | null = null,
  ): Promise<SnapshotReport> {
    return this.#run(job, slot, signal, { deadline, isRepair: false });
  }

  /**
   * Asks again for what the snapshot of a slot was taken without, and for nothing else.
   * @returns null when nothing is lacking that may come when it is asked for again.
   * @throws as {@link run}; SnapshotFailure when nothing came this time either.
   */
  async mend(
    job: ScheduledSnapshot,
    slot: number,
    signal: AbortSignal,
    deadline: AbortSignal | null = null,
  ): Promise<SnapshotReport | null> {
    const lacking = await lackingSymbols(this.#lake, job, slot);
    const symbols = lacking.filter(({ cause }) => passingCauses.has(cause)).map(({ symbol }) => symbol);
    return symbols.length === 0 ? null : this.#run({ ...job, symbols }, slot, signal, { deadline, isRepair: true });
  }

  async #run(job: ScheduledSnapshot, slot: number, signal: AbortSignal, how: Manner): Promise<SnapshotReport> {
    const slots = { from: slot, to: new Schedule(job.every).next(slot) };
    let taken: Taken | null;
    try {
      taken = await this.#take(job, slots, signal, how);
    } catch (error) {
      signal.throwIfAborted();
      // The gap that is to be repaired was stated with the snapshot.
      if (!how.isRepair) this.#ledger.owe(job, slots, ownGapCause(error));
      throw error;
    }
    if (taken === null) return { outcome: 'known', ...nothing };
    const { polled, objects, statement } = taken;
    const { failures, rejected } = polled;
    if (statement === null && how.isRepair) throw new SnapshotFailure(job, polled);
    if (statement === null) {
      const notices = [...polled.notices, ...failures.map(({ message }) => message)];
      return { outcome: 'not_offered', ...nothing, notices: this.#unsaid(job, notices) };
    }
    await this.#ledger.say(job, statement);
    if (statement.name !== takenName(job, slot)) throw new SnapshotFailure(job, polled);
    const rows = objects.reduce((sum, object) => sum + (object.outcome === 'created' ? object.rows : 0), 0);
    return { outcome: 'stored', rows, objects, failures, rejected, notices: this.#unsaid(job, polled.notices) };
  }

  /**
   * Says that nothing was done at the slots of an interval.
   * @throws StoreError when the lake can't be written to; it is said together with what comes next, then.
   */
  missed(job: ScheduledSnapshot, slots: Interval): Promise<void> {
    return this.#ledger.gap(job, slots, 'missed');
  }

  /**
   * Says that nothing was done at the slots of a range of which nothing is said, from the first on that the lake knows of. For
   * whoever does not see the slots go by: events may be lost, or given up.
   * @param rows what coverage says of the range, about this job or others
   * @returns the intervals that were accounted for.
   * @throws StoreError, ObjectError when the lake can't be read or written to.
   */
  async accountFor(job: ScheduledSnapshot, range: Interval, rows: Iterable<CoverageRow>): Promise<Interval[]> {
    const schedule = new Schedule(job.every);
    const told: Interval[] = [];
    for (const { dataset, detail, from_time: from, to_time: to } of rows) {
      if (dataset === job.dataset && detail === snapshotDetail) told.push({ from, to });
    }
    const before = { from: range.from - lookBack, to: range.from };
    const isKnown = (await accountedUntil(this.#lake, job, before)) !== null;
    const begin = isKnown ? range.from : Math.min(...told.map(({ from }) => from));
    if (begin >= range.to) return [];
    const untold = subtract({ from: schedule.next(begin - 1), to: schedule.slotAt(range.to) }, told);
    for (const slots of untold) await this.missed(job, slots);
    return untold;
  }

  /**
   * To be called at the start, before the first run: accounts for the slots since the lake last heard of this job, up to the
   * one whose interval lasts at present.
   * @param cause why nothing was done: `shutdown`, `crash`
   * @returns the interval that was accounted for; null when there was none to account for, or when the lake knows nothing
   * of the last two days, nor of the two slots before the present one.
   * @throws StoreError, ObjectError when the lake can't be read or written to.
   */
  async recordDowntime(job: ScheduledSnapshot, cause: string): Promise<Interval | null> {
    const schedule = new Schedule(job.every);
    const now = this.#clock.now();
    const present = schedule.slotAt(now);
    const from = Math.min(now - lookBack, schedule.previous(schedule.previous(present)));
    const until = await accountedUntil(this.#lake, job, { from, to: now + 1 });
    if (until === null || until >= present) return null;
    const first = { from: until, to: schedule.next(until) };
    const held = await heldInLake(this.#lake, job, until, first);
    if (held.length === 0) {
      await this.#ledger.gap(job, { from: until, to: present }, cause);
    } else {
      // It was stopped between the rows and the word about them.
      await this.#ledger.say(job, partStatement(job, first, held, cause, this.#ledger.speaker()));
      if (first.to < present) await this.#ledger.gap(job, { from: first.to, to: present }, cause);
    }
    return { from: until, to: present };
  }

  /** Polls and stores; null when the slot was done before. */
  async #take(
    job: ScheduledSnapshot,
    slots: Interval,
    signal: AbortSignal,
    { deadline, isRepair }: Manner,
  ): Promise<Taken | null> {
    const { dataset, exchange } = job;
    const slot = slots.from;
    const venue = this.#venueOf(exchange);
    const said = await this.#ledger.names(exchange, { from: slot, to: slot + 1 });
    if (said.has(takenName(job, slot))) return null;
    const until = Math.max(slot, this.#clock.now()) + 1;
    const before = await heldInLake(this.#lake, job, slot, { from: slot, to: until });
    const polled = await poll(venue, job, slot, signal, deadline);
    const isHeld = new Set(before.map(({ venue_symbol }) => venue_symbol));
    const rows = polled.rows.filter(({ venue_symbol }) => !isHeld.has(venue_symbol));
    const name = rowsName(job, slot);
    const objects =
      rows.length === 0 ? [] : await this.#lake.write(dataset, exchange, name, rows as Row<typeof dataset>[]);
    const wasThere = objects.some(({ outcome }) => outcome === 'exists');
    const held: readonly Held[] = wasThere
      ? await heldInLake(this.#lake, job, slot, { from: Math.min(slot, ...rows.map(timeOf)), to: until })
      : [...before, ...heldOf(rows)];
    const asked = { job, venue, slot: slots, held, repairs: isRepair || said.has(gapName(job, slots)), isRepair };
    const statement = statementOf(asked, polled, this.#ledger.speaker(polled.rows[0]?.source));
    return { polled, objects, statement };
  }

  #unsaid(job: ScheduledSnapshot, notices: readonly string[]): string[] {
    if (this.#said.size > mostNotices) this.#said.clear();
    return notices.filter((notice) => {
      const key = `${job.dataset} ${notice}`;
      const isNew = !this.#said.has(key);
      this.#said.add(key);
      return isNew;
    });
  }
}

interface Manner {
  readonly deadline: AbortSignal | null;
  /** It is about what the snapshot was taken without. */
  readonly isRepair: boolean;
}

interface Taken {
  readonly polled: Polled;
  readonly objects: readonly WrittenObject[];
  /** What the lake is to be told; null where there is nothing to be had. */
  readonly statement: Statement | null;
}

function timeOf({ ts_event, ts_recv }: SnapshotRow): number {
  return ts_event ?? ts_recv;
}
