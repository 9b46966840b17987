import { larger } from '../typed-array.ts';

const firstCapacity = 1024;

/**
 * Trades of one exchange in typed columns, as scans add them: what a message has in common is held once per message.
 * Rows are pending until {@link commit}. Numbers are exact as DOUBLEs; ids are whole numbers, or ASCII texts.
 */
export class TradeTable {
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
  names = new Uint8Array(firstCapacity * 8);
  nameEnd = new Uint32Array(firstCapacity);
  /** By message: number of its instrument, when it was received (µs), its rows. */
  instrument = new Uint32Array(firstCapacity);
  received = new Float64Array(firstCapacity);
  count = new Uint32Array(firstCapacity);
  rows = 0;
  messages = 0;
  /** Rows before this one are committed. */
  committed = 0;

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
    if (this.rows === this.event.length) this.#growRows();
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
    let end = this.nameEnd[row] ?? 0;
    if (end + idEnd - idStart > this.names.length) this.#growNames(end + idEnd - idStart);
    for (let at = idStart; at < idEnd; at += 1) {
      this.names[end] = data[at] ?? 0;
      end += 1;
    }
    this.nameEnd[row] = end;
  }

  /** The id of a row as text. */
  idOf(row: number): string {
    const id = this.id[row] ?? Number.NaN;
    if (!Number.isNaN(id)) return String(id);
    return Buffer.from(
      this.names.buffer,
      this.#namesBefore(row),
      (this.nameEnd[row] ?? 0) - this.#namesBefore(row),
    ).toString('latin1');
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

  /** Keeps the pending rows: they came in one message. */
  commit(instrument: number, received: number): void {
    const count = this.rows - this.committed;
    if (count === 0) return;
    if (this.messages === this.instrument.length) this.#growMessages();
    const message = this.messages;
    this.instrument[message] = instrument;
    this.received[message] = received;
    this.count[message] = count;
    this.messages = message + 1;
    this.committed = this.rows;
  }

  /** Forgets the pending rows. */
  drop(): void {
    this.rows = this.committed;
  }

  /** Forgets everything. */
  clear(): void {
    this.rows = 0;
    this.messages = 0;
    this.committed = 0;
  }

  #namesBefore(row: number): number {
    return row === 0 ? 0 : (this.nameEnd[row - 1] ?? 0);
  }

  #growRows(): void {
    const capacity = this.event.length * 2;
    this.event = larger(this.event, capacity);
    this.price = larger(this.price, capacity);
    this.size = larger(this.size, capacity);
    this.id = larger(this.id, capacity);
    this.firstId = larger(this.firstId, capacity);
    this.lastId = larger(this.lastId, capacity);
    this.flags = larger(this.flags, capacity);
    this.nameEnd = larger(this.nameEnd, capacity);
  }

  #growNames(more: number): void {
    this.names = larger(this.names, Math.max(this.names.length * 2, this.names.length + more));
  }

  #growMessages(): void {
    const capacity = this.instrument.length * 2;
    this.instrument = larger(this.instrument, capacity);
    this.received = larger(this.received, capacity);
    this.count = larger(this.count, capacity);
  }
}
