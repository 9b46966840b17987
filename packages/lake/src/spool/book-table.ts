import { larger } from '../typed-array.ts';

const firstCapacity = 4096;

/**
 * Book messages of one exchange in typed columns, as scans add them: what a message has in common is held once per
 * message. The levels of a message are pending until {@link commit}.
 */
export class BookTable {
  /** By row: 1 for a bid, price, size (0 removes the level). */
  bid = new Uint8Array(firstCapacity);
  price = new Float64Array(firstCapacity);
  size = new Float64Array(firstCapacity);
  /** By message; NaN = not told. */
  event = new Float64Array(firstCapacity);
  firstSeq = new Float64Array(firstCapacity);
  lastSeq = new Float64Array(firstCapacity);
  prevSeq = new Float64Array(firstCapacity);
  crossSeq = new Float64Array(firstCapacity);
  /** By message: 1 for a whole book. */
  snapshot = new Uint8Array(firstCapacity);
  /** By message: number of its instrument, when it was received (µs), its rows. */
  instrument = new Uint32Array(firstCapacity);
  received = new Float64Array(firstCapacity);
  count = new Uint32Array(firstCapacity);
  rows = 0;
  messages = 0;
  /** Rows before this one are committed. */
  committed = 0;

  level(isBid: boolean, price: number, size: number): void {
    if (this.rows === this.price.length) this.#growRows();
    const row = this.rows;
    this.bid[row] = isBid ? 1 : 0;
    this.price[row] = price;
    this.size[row] = size;
    this.rows = row + 1;
  }

  /** Describes the pending message; it is in place {@link messages}. */
  message(
    event: number,
    firstSeq: number,
    lastSeq: number,
    prevSeq: number,
    crossSeq: number,
    isSnapshot: boolean,
  ): void {
    if (this.messages === this.event.length) this.#growMessages();
    const at = this.messages;
    this.event[at] = event;
    this.firstSeq[at] = firstSeq;
    this.lastSeq[at] = lastSeq;
    this.prevSeq[at] = prevSeq;
    this.crossSeq[at] = crossSeq;
    this.snapshot[at] = isSnapshot ? 1 : 0;
  }

  /** Keeps the pending message. One without levels is not kept. */
  commit(instrument: number, received: number): void {
    const count = this.rows - this.committed;
    if (count === 0) return;
    const at = this.messages;
    this.instrument[at] = instrument;
    this.received[at] = received;
    this.count[at] = count;
    this.messages = at + 1;
    this.committed = this.rows;
  }

  /** Forgets the pending message. */
  drop(): void {
    this.rows = this.committed;
  }

  /** Forgets everything. */
  clear(): void {
    this.rows = 0;
    this.messages = 0;
    this.committed = 0;
  }

  #growRows(): void {
    const capacity = this.price.length * 2;
    this.bid = larger(this.bid, capacity);
    this.price = larger(this.price, capacity);
    this.size = larger(this.size, capacity);
  }

  #growMessages(): void {
    const capacity = this.event.length * 2;
    this.event = larger(this.event, capacity);
    this.firstSeq = larger(this.firstSeq, capacity);
    this.lastSeq = larger(this.lastSeq, capacity);
    this.prevSeq = larger(this.prevSeq, capacity);
    this.crossSeq = larger(this.crossSeq, capacity);
    this.received = larger(this.received, capacity);
    this.snapshot = larger(this.snapshot, capacity);
    this.instrument = larger(this.instrument, capacity);
    this.count = larger(this.count, capacity);
  }
}
