import { type AnyRow, type Columns, type DatasetName, datasets, minute, type Row } from '@feedlake/schema';
import { CandleFilter } from './candle-filter.ts';
import type { Intake, IntakeTarget } from './intake.ts';
import type { LedgerEntry } from './ledger-entry.ts';
import { RecentIds } from './recent-ids.ts';

/** Takes rows that come with every change of a state: tickers, open interest. One that has come before is left out. */
export class StateIntake implements Intake {
  readonly entry: LedgerEntry;
  readonly #target: IntakeTarget;
  readonly #dataset: DatasetName;
  #newest = Number.NEGATIVE_INFINITY;
  /** The last rows: only one that is no newer than the newest has to be looked for among them. */
  readonly #last: AnyRow[] = [];

  constructor(dataset: DatasetName, entry: LedgerEntry, target: IntakeTarget) {
    this.#dataset = dataset;
    this.entry = entry;
    this.#target = target;
  }

  rows(rows: readonly AnyRow[], received: number): number {
    const fresh = rows.filter((row) => this.#isNew(row));
    for (const row of fresh) this.#target.record(this.#dataset, row);
    this.entry.message(received, fresh.length, Number.NaN, Number.NaN);
    return fresh.length;
  }

  remember(row: AnyRow): void {
    this.#isNew(row);
  }

  #isNew(row: AnyRow): boolean {
    const { ts_event: time } = row;
    if (typeof time !== 'number') return true;
    if (time <= this.#newest && this.#last.some((known) => isSame(this.#dataset, known, row))) return false;
    this.#newest = Math.max(this.#newest, time);
    this.#last.push(row);
    if (this.#last.length > mostRemembered) this.#last.shift();
    return true;
  }
}

const mostRemembered = 32;

/** Whether two rows tell the same, whenever and from wherever they were received. */
function isSame(dataset: DatasetName, a: AnyRow, b: AnyRow): boolean {
  const columns: Columns = datasets[dataset].columns;
  return Object.entries(columns).every(([name, { type }]) => {
    if (name === 'ts_recv' || name === 'source' || name === 'exact') return true;
    const [left, right] = [a[name] ?? null, b[name] ?? null];
    return left === right || (type === 'decimal' && left !== null && right !== null && Number(left) === Number(right));
  });
}

/** Takes candles: each once, when it is final. */
export class CandleIntake implements Intake {
  readonly entry: LedgerEntry;
  readonly #target: IntakeTarget;
  readonly #filter = new CandleFilter();

  constructor(entry: LedgerEntry, target: IntakeTarget) {
    this.entry = entry;
    this.#target = target;
  }

  rows(rows: readonly AnyRow[], received: number): number {
    const final = rows.flatMap((row) => this.#filter.take(row as Row<'candles'>));
    for (const candle of final) this.#target.record('candles', candle as AnyRow);
    this.entry.message(received, final.length, Number.NaN, Number.NaN);
    return final.length;
  }

  interrupted(): void {
    this.#filter.interrupted();
  }

  remember(row: AnyRow): void {
    this.#filter.take({ ...(row as Row<'candles'>), closed: true });
  }
}

/** A liquidation that is told so much later than others (µs) was told before. */
const latest = 2 * minute;

/**
 * Takes liquidations. A venue may tell them again on subscribing, far back into the past, and under two names of one feed:
 * what is older than the newest known, or than the beginning, was told before or is not owed.
 */
export class LiquidationIntake implements Intake {
  readonly entry: LedgerEntry;
  readonly #target: IntakeTarget;
  readonly #recent = new RecentIds();
  #newest: number;

  /** @param since since when they are wanted, in microseconds */
  constructor(entry: LedgerEntry, target: IntakeTarget, since: number) {
    this.entry = entry;
    this.#target = target;
    this.#newest = since;
  }

  rows(rows: readonly AnyRow[], received: number): number {
    const oldest = this.#newest - latest;
    const fresh = rows.filter((row) => Number(row.ts_event) >= oldest && this.#recent.add(keyOf(row), received));
    for (const row of fresh) {
      this.#newest = Math.max(this.#newest, Number(row.ts_event));
      this.#target.record('liquidations', row);
    }
    this.entry.message(received, fresh.length, Number.NaN, Number.NaN);
    return fresh.length;
  }

  remember(row: AnyRow): void {
    this.#newest = Math.max(this.#newest, Number(row.ts_event));
    this.#recent.add(keyOf(row), Number(row.ts_recv));
  }
}

function keyOf({ symbol, ts_event, side, venue_side, price, size, ordinal }: AnyRow): string {
  return JSON.stringify([symbol, ts_event, side, venue_side, Number(price), Number(size), ordinal]);
}
