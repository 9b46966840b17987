import { copyBytes } from '../typed-array.ts';
import { MessageTable, widen } from './message-table.ts';

/** Rows that are worth a frame: with their ids, up to a megabyte. */
const mostRows = 8192;
const firstCapacity = 1024;
const rowColumns = ['event', 'price', 'size', 'id', 'firstId', 'lastId', 'flags', 'nameEnd'] as const;

/** Trades of one exchange in typed columns. Numbers are exact as DOUBLEs; ids are whole numbers, or ASCII texts. */
export class TradeTable extends MessageTable {
  /** By row: when it happened (µs), price, size, ids (NaN = a text in {@link names}, or none). */
  event = new Float64Array(firstCapacity);
  price = new Float64Array(firstCapacity);
  size = new Float64Array(firstCapacity);
  id = new Float64Array(firstCapacity);
  firstId = new Float64Array(firstCapacity);
  lastId = new Float64Array(firstCapacity);
  /** By row: bit 0 the aggressor sells, bit 1 off the book. */
  flags = new Uint8Array(firstCapacity);
  /** Ids that are texts, one after the other, and where each row's ends (the same as the row before where it has none). */
  names = Buffer.alloc(firstCapacity * 8);
  nameEnd = new Uint32Array(firstCapacity);

  constructor() {
    super(firstCapacity, mostRows);
  }

  trade(
    event: number,
    sells: boolean,
    price: number,
    size: number,
    offBook: boolean,
    id: number,
    firstId: number,
    lastId: number,
  ): void {
    if (this.rows === this.event.length) widen(this, rowColumns, this.rows * 2);
    const row = this.rows;
    this.event[row] = event;
    this.price[row] = price;
    this.size[row] = size;
    this.id[row] = id;
    this.firstId[row] = firstId;
    this.lastId[row] = lastId;
    this.flags[row] = (sells ? 1 : 0) | (offBook ? 2 : 0);
    this.nameEnd[row] = this.#namesBefore(row);
    this.rows = row + 1;
  }

  namedTrade(
    event: number,
    sells: boolean,
    price: number,
    size: number,
    offBook: boolean,
    data: Uint8Array,
    idStart: number,
    idEnd: number,
  ): void {
    this.trade(event, sells, price, size, offBook, Number.NaN, Number.NaN, Number.NaN);
    const row = this.rows - 1;
    const start = this.nameEnd[row] ?? 0;
    const end = start + idEnd - idStart;
    if (end > this.names.length) this.#growNames(Math.max(end, this.names.length * 2));
    copyBytes(data, idStart, idEnd, this.names, start);
    this.nameEnd[row] = end;
  }

  /** The id of a row as text. */
  idOf(row: number): string {
    const id = this.id[row] ?? Number.NaN;
    if (!Number.isNaN(id)) return String(id);
    return this.names.toString('latin1', this.#namesBefore(row), this.nameEnd[row]);
  }

  /** Keeps of the pending rows those that are wanted. */
  retain(isWanted: (row: number) => boolean): void {
    const wanted: number[] = [];
    for (let row = this.committed; row < this.rows; row += 1) if (isWanted(row)) wanted.push(row);
    if (wanted.length === this.rows - this.committed) return;
    let end = this.#namesBefore(this.committed);
    wanted.forEach((from, index) => {
      const to = this.committed + index;
      const nameFrom = this.#namesBefore(from);
      const nameLength = (this.nameEnd[from] ?? 0) - nameFrom;
      for (const column of [this.event, this.price, this.size, this.id, this.firstId, this.lastId]) {
        column[to] = column[from] ?? 0;
      }
      this.flags[to] = this.flags[from] ?? 0;
      this.names.copyWithin(end, nameFrom, nameFrom + nameLength);
      end += nameLength;
      this.nameEnd[to] = end;
    });
    this.rows = this.committed + wanted.length;
  }

  #namesBefore(row: number): number {
    return row === 0 ? 0 : (this.nameEnd[row - 1] ?? 0);
  }

  #growNames(capacity: number): void {
    const names = Buffer.alloc(capacity);
    this.names.copy(names);
    this.names = names;
  }
}
