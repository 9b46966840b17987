import { larger, type Numbers } from '../typed-array.ts';

/** Messages that are worth a frame, however few rows they have. */
const mostMessages = 8192;

/**
 * Messages of one exchange in typed columns, as scans add them: what a message has in common is held once per message. The
 * rows of a message are pending until {@link commit}.
 */
export abstract class MessageTable {
  /** By message: number of its instrument, when it was received (µs), its rows. */
  instrument: Uint32Array<ArrayBuffer>;
  received: Float64Array<ArrayBuffer>;
  count: Uint32Array<ArrayBuffer>;
  rows = 0;
  messages = 0;
  /** Rows before this one are committed. */
  committed = 0;
  /** Called when so much is committed that it is worth a frame; absent: the table grows. */
  onFull: (() => void) | null = null;
  readonly #mostRows: number;

  /**
   * @param capacity Messages that there is room for at first.
   * @param mostRows Rows that are worth a frame.
   */
  constructor(capacity: number, mostRows: number) {
    this.instrument = new Uint32Array(capacity);
    this.received = new Float64Array(capacity);
    this.count = new Uint32Array(capacity);
    this.#mostRows = mostRows;
  }

  /** Keeps the pending rows: they came in one message. A message without rows is not kept. */
  commit(instrument: number, received: number): void {
    const count = this.rows - this.committed;
    if (count === 0) return;
    if (this.messages === this.instrument.length) this.growMessages(this.messages * 2);
    const at = this.messages;
    this.instrument[at] = instrument;
    this.received[at] = received;
    this.count[at] = count;
    this.messages = at + 1;
    this.committed = this.rows;
    if (this.rows >= this.#mostRows || this.messages >= mostMessages) this.onFull?.();
  }

  /** Forgets the pending rows. */
  drop(): void {
    this.rows = this.committed;
  }

  /** Forgets everything; the memory is kept. */
  clear(): void {
    this.rows = 0;
    this.messages = 0;
    this.committed = 0;
  }

  /** Makes room for so many messages. */
  protected growMessages(capacity: number): void {
    widen(this, ['instrument', 'received', 'count'], capacity);
  }
}

/** Makes room in columns of a table. */
export function widen<Name extends string>(
  table: Record<Name, Numbers>,
  columns: readonly Name[],
  capacity: number,
): void {
  for (const name of columns) table[name] = larger(table[name], capacity);
}
