import { MessageTable, widen } from './message-table.ts';

/** Rows that are worth a frame: with their messages, up to a megabyte. */
const mostRows = 24_576;
const firstCapacity = 4096;

/** Book messages of one exchange in typed columns; the rows of a message are its levels. */
export class BookTable extends MessageTable {
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

  constructor() {
    super(firstCapacity, mostRows);
  }

  level(isBid: boolean, price: number, size: number): void {
    if (this.rows === this.price.length) widen(this, ['bid', 'price', 'size'], this.rows * 2);
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
    if (this.messages === this.event.length) this.growMessages(this.messages * 2);
    const at = this.messages;
    this.event[at] = event;
    this.firstSeq[at] = firstSeq;
    this.lastSeq[at] = lastSeq;
    this.prevSeq[at] = prevSeq;
    this.crossSeq[at] = crossSeq;
    this.snapshot[at] = isSnapshot ? 1 : 0;
  }

  protected override growMessages(capacity: number): void {
    super.growMessages(capacity);
    widen(this, ['event', 'firstSeq', 'lastSeq', 'prevSeq', 'crossSeq', 'snapshot'], capacity);
  }
}
