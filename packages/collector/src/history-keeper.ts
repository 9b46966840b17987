import type { PolledDataset } from '@feedlake/exchanges';
import { historyName, type Lake } from '@feedlake/lake';
import { day, floorTo, minute, type Row } from '@feedlake/schema';
import type { HistoryPlan, Piece } from './history-plan.ts';
import { historyRows } from './history-rows.ts';
import { countIn, type Interval, slices } from './intervals.ts';
import type { Claim, Known } from './missing.ts';
import type { PolledRow } from './polled-row.ts';

/** What the lake knows of a history, by symbol. */
export type KnownHistory = ReadonlyMap<string, Known>;

/** Knows what the lake has of histories, and adds to them. */
export class HistoryKeeper {
  readonly #lake: Lake;

  constructor(lake: Lake) {
    this.#lake = lake;
  }

  /** The rows and the coverage that the lake has of some symbols over all days that an interval touches. */
  async known<Dataset extends PolledDataset>(
    exchange: string,
    dataset: Dataset,
    symbols: readonly string[],
    { from, to }: Interval,
    periodSeconds: number | null,
  ): Promise<KnownHistory> {
    const days = { from: floorTo(from - stampTolerance, day), to: floorTo(to - 1 + stampTolerance, day) + day };
    const known = new Map(symbols.map((symbol) => [symbol, { times: [] as number[], claims: [] as Claim[] }]));
    const { columns, belongs, time } = historyRows[dataset];
    const range = { exchange, symbols, ...days };
    for await (const scanned of this.#lake.scan(dataset, { ...range, columns, skipObjects: isSnapshot })) {
      const row = scanned as Partial<PolledRow<Dataset>>;
      const at = time(row);
      if (at !== null && belongs(row, periodSeconds)) known.get(row.symbol ?? '')?.times.push(at);
    }
    for await (const row of this.#lake.scan('coverage', { ...range, skipObjects: isSnapshot })) {
      if (row.dataset !== dataset || row.detail !== detailOf(periodSeconds)) continue;
      known.get(row.symbol ?? '')?.claims.push({
        from: row.from_time ?? 0,
        to: row.to_time ?? 0,
        state: row.state === 'covered' ? 'covered' : 'gap',
        rows: row.rows ?? 0,
        written: row.ts_recv ?? 0,
      });
    }
    for (const one of known.values()) one.times = [...new Set(one.times)].sort((a, b) => a - b);
    return known;
  }

  /** The rows of a planned history as the lake has them, each once, by symbol and time. */
  async rows<Dataset extends PolledDataset>(
    exchange: string,
    dataset: Dataset,
    { instruments, wanted, periodSeconds }: HistoryPlan,
  ): Promise<PolledRow<Dataset>[]> {
    const symbols = instruments.map((one) => one.symbol);
    if (symbols.length === 0) return [];
    const { belongs, time } = historyRows[dataset];
    const rows = new Map<string, PolledRow<Dataset>>();
    const range = { from: wanted.from - stampTolerance, to: wanted.to + stampTolerance };
    for await (const scanned of this.#lake.scan(dataset, { exchange, symbols, ...range, skipObjects: isSnapshot })) {
      const row = scanned as PolledRow<Dataset>;
      const at = time(row);
      if (at === null || at < wanted.from || at >= wanted.to || !belongs(row, periodSeconds)) continue;
      rows.set(`${row.symbol} ${String(at).padStart(17, '0')}`, row);
    }
    return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  }

  /** Begins to store what a plan fetches; `now` in microseconds. */
  begin<Dataset extends PolledDataset>(
    exchange: string,
    dataset: Dataset,
    plan: HistoryPlan,
    now: number,
  ): HistoryStore<Dataset> {
    return new HistoryStore(this.#lake, exchange, dataset, plan, now);
  }
}

/** A settled funding stands at its full minute, and its stamp up to half of one beside it. */
const stampTolerance = minute / 2;

/** A venue may publish a row somewhat after its time: younger stretches are stored, but not called covered. */
const publicationDelay = 10 * minute;

interface Fetched<Dataset extends PolledDataset> {
  readonly piece: Piece;
  readonly rows: readonly PolledRow<Dataset>[];
  readonly complete: boolean;
}

/**
 * Stores fetched pieces: the rows first, then the coverage that they were asked for. Pieces that wait together become
 * one object per date, named after what they are and not after what came, so that a retry writes the same object.
 */
export class HistoryStore<Dataset extends PolledDataset> {
  readonly #lake: Lake;
  readonly #exchange: string;
  readonly #dataset: Dataset;
  readonly #plan: HistoryPlan;
  readonly #now: number;
  #waiting: Fetched<Dataset>[] = [];
  #writes: Promise<void> = Promise.resolve();

  constructor(lake: Lake, exchange: string, dataset: Dataset, plan: HistoryPlan, now: number) {
    this.#lake = lake;
    this.#exchange = exchange;
    this.#dataset = dataset;
    this.#plan = plan;
    this.#now = now;
  }

  /** Rows that wait to be stored. */
  get pending(): number {
    return this.#waiting.reduce((sum, { rows }) => sum + rows.length, 0);
  }

  /** Takes a piece; `complete` says that all of it was read and understood, so that what is not there does not exist. */
  add(piece: Piece, rows: readonly PolledRow<Dataset>[], complete: boolean): void {
    this.#waiting.push({ piece, rows, complete });
  }

  /**
   * Stores what waits, after whatever is being stored already.
   * @throws StoreError when the lake can't be written to.
   */
  flush(): Promise<void> {
    const pieces = this.#waiting;
    this.#waiting = [];
    this.#writes = this.#writes.then(() => this.#write(pieces));
    return this.#writes;
  }

  async #write(pieces: readonly Fetched<Dataset>[]): Promise<void> {
    if (pieces.length === 0) return;
    const name = this.#name(pieces);
    const rows = pieces.flatMap((piece) => piece.rows);
    if (rows.length > 0) await this.#lake.write(this.#dataset, this.#exchange, name, rows);
    const claims = pieces.flatMap((fetched) => (fetched.complete ? this.#claims(fetched) : []));
    if (claims.length > 0) await this.#lake.write('coverage', this.#exchange, name, claims);
  }

  /** Tells these pieces from all others, among them the same stretch fetched again after rows of it were lost. */
  #name(pieces: readonly Fetched<Dataset>[]): string {
    const { periodSeconds, known } = this.#plan;
    const parts = pieces.map(({ piece, rows, complete }) => {
      const had = known.get(piece.instrument.symbol);
      const before = [had?.times.length ?? 0, had?.claims.length ?? 0];
      return [piece.instrument.symbol, piece.from, piece.to, ...before, complete ? 'all' : rows.length].join(' ');
    });
    return historyName(this.#exchange, this.#dataset, periodSeconds, ...parts.sort());
  }

  #claims({ piece, rows }: Fetched<Dataset>): Row<'coverage'>[] {
    const { symbol, venue_symbol } = piece.instrument;
    const known = this.#plan.known.get(symbol);
    const { time } = historyRows[this.#dataset];
    const times = [...(known?.times ?? []), ...rows.map((row) => time(row) ?? 0)].sort((a, b) => a - b);
    const to = Math.min(piece.to, this.#now - publicationDelay);
    return slices({ from: piece.from, to }, day).map((slice) => ({
      exchange: this.#exchange,
      symbol,
      venue_symbol,
      ts_event: slice.from,
      ts_recv: this.#now,
      source: rows[0]?.source ?? 'rest',
      dataset: this.#dataset,
      from_time: slice.from,
      to_time: slice.to,
      state: 'covered',
      rows: countIn(times, slice),
      writer: this.#lake.writer,
      repaired_by: known?.claims.some((claim) => claim.from < slice.to && slice.from < claim.to) ? 'history' : null,
      detail: detailOf(this.#plan.periodSeconds),
    }));
  }
}

/** Snapshots hold no history: skipping them saves reading one object a slot. */
function isSnapshot(objectName: string): boolean {
  return objectName.startsWith('snapshot-');
}

/** Marks coverage that is about histories, and in buckets of which width. */
function detailOf(periodSeconds: number | null): string {
  return periodSeconds === null ? 'history' : `history period_seconds=${periodSeconds}`;
}
