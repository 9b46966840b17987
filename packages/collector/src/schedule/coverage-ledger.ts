import type { Lake } from '@feedlake/lake';
import { isoDate } from '@feedlake/schema';
import type { Clock } from '@feedlake/transport';
import type { Interval } from '../intervals.ts';
import { gapStatement, type Speaker, type Statement } from './account.ts';
import { takenName } from './object-names.ts';
import { Schedule } from './schedule.ts';
import type { ScheduledSnapshot } from './schedules-of.ts';

interface Gap {
  readonly slots: Interval;
  readonly cause: string;
}

/** Statements that may wait, for one job, for a lake that can be written to again. */
const mostOwed = 1000;

/**
 * Tells the lake what it has of scheduled snapshots. What could not be written is owed, and comes before whatever is said
 * next about the same job, so that no interval is left out because the lake was away for a while.
 */
export class CoverageLedger {
  readonly #lake: Lake;
  readonly #clock: Clock;
  readonly #owed = new Map<string, (Statement | Gap)[]>();

  constructor(lake: Lake, clock: Clock) {
    this.#lake = lake;
    this.#clock = clock;
  }

  /** Who speaks, now. */
  speaker(source = 'rest'): Speaker {
    return { writer: this.#lake.writer, now: this.#clock.now(), source };
  }

  /** Names of what was said about an exchange's slots of an interval. */
  names(exchange: string, { from, to }: Interval): Promise<ReadonlySet<string>> {
    const dates = { firstDate: isoDate(from), lastDate: isoDate(to - 1) };
    return this.#lake.names('coverage', { exchanges: [exchange], ...dates });
  }

  /**
   * Writes a statement.
   * @throws StoreError when the lake can't be written to; then it is owed.
   */
  say(job: ScheduledSnapshot, statement: Statement): Promise<void> {
    return this.#pay(job, statement);
  }

  /**
   * Says that there is nothing of the slots of an interval, as far as nobody else has taken them.
   * @throws StoreError when the lake can't be written to; then it is owed.
   */
  gap(job: ScheduledSnapshot, slots: Interval, cause: string): Promise<void> {
    return this.#pay(job, { slots, cause });
  }

  /** The same, to be written together with whatever is said next about the job. */
  owe(job: ScheduledSnapshot, slots: Interval, cause: string): void {
    const owed = this.#owedFor(job);
    const last = owed.at(-1);
    if (last !== undefined && 'cause' in last && last.slots.to === slots.from && last.cause === cause) {
      owed.pop();
      owed.push({ slots: { from: last.slots.from, to: slots.to }, cause });
    } else {
      owed.push({ slots, cause });
      if (owed.length > mostOwed) owed.shift();
    }
  }

  async #pay(job: ScheduledSnapshot, next: Statement | Gap): Promise<void> {
    const owed = this.#owedFor(job);
    if ('cause' in next) this.owe(job, next.slots, next.cause);
    else owed.push(next);
    for (let first = owed[0]; first !== undefined; first = owed[0]) {
      await this.#write(job, first);
      owed.shift();
    }
  }

  async #write(job: ScheduledSnapshot, owed: Statement | Gap): Promise<void> {
    if ('cause' in owed) {
      for (const gap of await this.#gaps(job, owed)) await this.#store(job, gap);
    } else if (owed.unless === undefined || !(await this.names(job.exchange, owed.slots)).has(owed.unless)) {
      await this.#store(job, owed);
    }
  }

  async #store({ exchange }: ScheduledSnapshot, { name, rows }: Statement): Promise<void> {
    await this.#lake.write('coverage', exchange, name, rows);
  }

  async #gaps(job: ScheduledSnapshot, { slots, cause }: Gap): Promise<Statement[]> {
    // Before the look at what others said: what they say from now on is the later word.
    const speaker = this.speaker();
    const names = await this.names(job.exchange, slots);
    const schedule = new Schedule(job.every);
    const gaps: Interval[] = [];
    for (let from = slots.from; from < slots.to; ) {
      const to = Math.min(schedule.next(from), slots.to);
      const last = gaps.at(-1);
      if (!names.has(takenName(job, from))) {
        if (last?.to === from) gaps[gaps.length - 1] = { from: last.from, to };
        else gaps.push({ from, to });
      }
      from = to;
    }
    return gaps.map((gap) => gapStatement(job, gap, cause, speaker));
  }

  #owedFor({ dataset, exchange, every, symbols }: ScheduledSnapshot): (Statement | Gap)[] {
    const key = JSON.stringify([dataset, exchange, every, symbols]);
    const owed = this.#owed.get(key) ?? [];
    this.#owed.set(key, owed);
    return owed;
  }
}
