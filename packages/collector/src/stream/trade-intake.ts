import type { ScanTrades } from '@feedlake/exchanges';
import type { HotTable, TradeTable } from '@feedlake/lake';
import type { AnyRow } from '@feedlake/schema';
import type { Intake, IntakeTarget } from './intake.ts';
import type { LedgerEntry } from './ledger-entry.ts';
import type { TradeGate } from './trade-gate.ts';

export interface TradeIntakeOptions {
  readonly entry: LedgerEntry;
  readonly target: IntakeTarget;
  readonly gate: TradeGate;
  /** Absent: all messages go through the mapper. */
  readonly scan?: ScanTrades | undefined;
  /** Columns for what a connection of this source brings. */
  readonly table: (source: string) => HotTable<TradeTable>;
}

/** Takes the trades of one instrument. */
export class TradeIntake implements Intake {
  readonly entry: LedgerEntry;
  readonly #options: TradeIntakeOptions;
  readonly #symbol: Buffer;
  #hot: { readonly table: TradeTable; readonly source: string; readonly number: number } | null = null;

  constructor(options: TradeIntakeOptions) {
    this.entry = options.entry;
    this.#options = options;
    this.#symbol = Buffer.from(options.entry.key.venueSymbol ?? '');
  }

  /** The id of the newest trade, where they are numbered; null = none. */
  get lastId(): string | null {
    const { last } = this.#options.gate;
    return Number.isNaN(last) ? null : String(last);
  }

  /** Whether no trade has come yet. */
  get isEmpty(): boolean {
    return this.#options.gate.isEmpty;
  }

  /** Whether a trade is remembered, where they are not numbered. */
  has(id: string): boolean {
    return this.#options.gate.has(id);
  }

  get isScanned(): boolean {
    return this.#options.scan !== undefined;
  }

  scan(data: Buffer, received: number, source: string): boolean {
    const { scan, gate } = this.#options;
    if (scan === undefined) return false;
    const { table, number } = this.#columns(source);
    if (!scan(data, this.#symbol, table)) {
      table.drop();
      return false;
    }
    const first = table.committed;
    let refused: Set<number> | null = null;
    for (let row = first; row < table.rows; row += 1) {
      const id = table.id[row] ?? Number.NaN;
      const isNew = Number.isNaN(id) ? gate.admits(table.idOf(row), received) : gate.admitsNumber(id, received);
      if (!isNew) refused = (refused ?? new Set()).add(row);
    }
    if (refused !== null) table.retain((row) => refused?.has(row) !== true);
    const count = table.rows - first;
    if (count > 0) {
      this.entry.message(received, count, table.id[first] ?? Number.NaN, table.id[table.rows - 1] ?? Number.NaN);
    } else this.entry.until = received;
    table.commit(number, received);
    return true;
  }

  rows(rows: readonly AnyRow[], received: number): number {
    const { gate, target } = this.#options;
    const fresh = rows.filter((row) => gate.admits(String(row.trade_id), received));
    for (const row of fresh) target.record('trades', row);
    this.entry.message(received, fresh.length, idOf(fresh.at(0)), idOf(fresh.at(-1)));
    return fresh.length;
  }

  resumed(from: number, to: number, cause: string): void {
    this.#options.gate.interrupted(from, to, cause);
  }

  remember(row: AnyRow): void {
    this.#options.gate.remember(String(row.trade_id), Number(row.ts_recv));
  }

  #columns(source: string) {
    if (this.#hot === null || this.#hot.source !== source) {
      const { symbol, venueSymbol } = this.entry.key;
      const { table, instruments } = this.#options.table(source);
      this.#hot = { table, source, number: instruments.numberOf(symbol ?? '', venueSymbol ?? '') };
    }
    return this.#hot;
  }
}

function idOf(row: AnyRow | undefined): number {
  const id = Number(row?.trade_id ?? Number.NaN);
  return Number.isSafeInteger(id) ? id : Number.NaN;
}
