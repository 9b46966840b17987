import { TableInstruments } from './instruments.ts';
import type { MessageTable } from './message-table.ts';
import type { Allocate, TableOrigin } from './table-frames.ts';

/** Makes a frame of what is committed to a table. */
type Freeze<Table> = (table: Table, instruments: TableInstruments, origin: TableOrigin, allocate: Allocate) => Buffer;

/** Typed columns that scans add to, with the instruments that their messages name by number. */
export class HotTable<Table extends MessageTable> {
  readonly table: Table;
  readonly instruments = new TableInstruments();
  readonly #origin: TableOrigin;
  readonly #freeze: Freeze<Table>;

  constructor(table: Table, origin: TableOrigin, freeze: Freeze<Table>) {
    this.table = table;
    this.#origin = origin;
    this.#freeze = freeze;
  }

  /** Takes out what is committed, as a frame; null = nothing is. */
  takeFrame(allocate: Allocate): Buffer | null {
    const { table, instruments } = this;
    const frame = table.committed === 0 ? null : this.#freeze(table, instruments, this.#origin, allocate);
    table.clear();
    return frame;
  }
}
