import type { ColumnBatch } from '../parquet/column-batch.ts';
import { DictionaryVector } from '../parquet/dictionary-vector.ts';
import { FlagVector } from '../parquet/flag-vector.ts';
import { NumberVector } from '../parquet/number-vector.ts';
import { TextVector } from '../parquet/text-vector.ts';
import type { Frame } from './frame.ts';
import type { NamedInstrument } from './instruments.ts';
import { readBooks, readTrades } from './table-frames.ts';

/** Adds the trades of a frame to a batch, row by row. */
export function expandTrades(batch: ColumnBatch, frame: Frame): void {
  const trades = readTrades(frame);
  const columns = new Columns(batch);
  const first = columns.common(frame, trades);
  const rows = trades.event.length;
  setNumbers(columns.number('ts_event'), trades.event, first);
  setNumbers(columns.number('price'), trades.price, first);
  setNumbers(columns.number('size'), trades.size, first);
  setIds(columns.text('first_trade_id'), trades.firstId, first);
  setIds(columns.text('last_trade_id'), trades.lastId, first);
  columns.text('exact').setNulls(first, first + rows);
  const side = columns.dictionary('side');
  const [buy, sell] = [side.numberOf('buy'), side.numberOf('sell')];
  const offBook = columns.flag('off_book').values;
  for (let index = 0; index < rows; index += 1) {
    const flags = trades.flags[index] ?? 0;
    side.codes[first + index] = (flags & 1) === 0 ? buy : sell;
    offBook[first + index] = flags >> 1;
  }
  const ids = columns.text('trade_id');
  const names = Buffer.from(trades.names.buffer, trades.names.byteOffset, trades.names.length);
  for (let index = 0; index < rows; index += 1) {
    const id = trades.id[index] ?? Number.NaN;
    if (!Number.isNaN(id)) ids.setWhole(first + index, id);
    else {
      ids.set(
        first + index,
        names.toString('latin1', index === 0 ? 0 : trades.nameEnd[index - 1], trades.nameEnd[index]),
      );
    }
  }
}

/** Adds the levels of a frame's book messages to a batch, row by row. */
export function expandBooks(batch: ColumnBatch, frame: Frame): void {
  const books = readBooks(frame);
  const columns = new Columns(batch);
  const first = columns.common(frame, books);
  const rows = books.bid.length;
  setNumbers(columns.number('price'), books.price, first);
  setNumbers(columns.number('size'), books.size, first);
  columns.text('exact').setNulls(first, first + rows);
  const side = columns.dictionary('side');
  const [bid, ask] = [side.numberOf('bid'), side.numberOf('ask')];
  side.valid?.fill(1, first, first + rows);
  for (let index = 0; index < rows; index += 1) side.codes[first + index] = books.bid[index] === 1 ? bid : ask;
  const isLast = columns.flag('is_last').values;
  isLast.fill(0, first, first + rows);
  let end = first;
  for (let message = 0; message < books.count.length; message += 1) {
    end += books.count[message] ?? 0;
    isLast[end - 1] = 1;
  }
  spread(columns.flag('is_snapshot').values, books.snapshot, books.count, first);
  for (const [name, told] of [
    ['ts_event', books.event],
    ['first_seq', books.firstSeq],
    ['last_seq', books.lastSeq],
    ['prev_seq', books.prevSeq],
    ['cross_seq', books.crossSeq],
  ] as const) {
    const values = new Float64Array(rows);
    spread(values, told, books.count, 0);
    setNumbers(columns.number(name), values, first);
  }
}

/** Sets numbers at a row and those after it; NaN = null. */
function setNumbers(vector: NumberVector, numbers: Float64Array, first: number): void {
  vector.values.set(numbers, first);
  vector.valid?.fill(1, first, first + numbers.length);
  if (!numbers.includes(Number.NaN)) return;
  for (let index = 0; index < numbers.length; index += 1) {
    if (Number.isNaN(numbers[index])) vector.setNull(first + index);
  }
}

/** Sets ids at a row and those after it; NaN = null. */
function setIds(vector: TextVector, ids: Float64Array, first: number): void {
  for (let index = 0; index < ids.length; index += 1) {
    const id = ids[index] ?? Number.NaN;
    if (Number.isNaN(id)) vector.setNull(first + index);
    else vector.setWhole(first + index, id);
  }
}

/** Gives each row, from the first on, what its message has. */
function spread<Values extends Float64Array | Uint32Array | Uint8Array>(
  rows: Values,
  messages: Values,
  count: Uint32Array,
  first: number,
): void {
  let row = first;
  for (let message = 0; message < count.length; message += 1) {
    const value = messages[message] ?? 0;
    // Most messages have few rows: `fill` would take longer to be called.
    for (const end = row + (count[message] ?? 0); row < end; row += 1) rows[row] = value;
  }
}

/** The columns of a batch by name and kind. */
class Columns {
  readonly #batch: ColumnBatch;

  constructor(batch: ColumnBatch) {
    this.#batch = batch;
  }

  /** Adds the rows of all messages with the columns that the messages have in common. Gives the first of them. */
  common({ head }: Frame, messages: { received: Float64Array; instrument: Uint32Array; count: Uint32Array }): number {
    const rows = Number(head.rows);
    const first = this.#batch.extend(rows);
    spread(this.number('ts_recv').values, messages.received, messages.count, first);
    const instruments = head.instruments as NamedInstrument[];
    for (const [name, at] of [
      ['symbol', 1],
      ['venue_symbol', 2],
    ] as const) {
      const vector = this.dictionary(name);
      const numbers = new Map(instruments.map((instrument) => [instrument[0], vector.numberOf(instrument[at])]));
      const codes = messages.instrument.map((instrument) => numbers.get(instrument) ?? 0);
      spread(vector.codes, codes, messages.count, first);
    }
    for (const name of ['exchange', 'source'] as const) {
      const vector = this.dictionary(name);
      vector.codes.fill(vector.numberOf(String(head[name])), first, first + rows);
    }
    return first;
  }

  number(name: string): NumberVector {
    return this.#of(name, NumberVector);
  }

  text(name: string): TextVector {
    return this.#of(name, TextVector);
  }

  flag(name: string): FlagVector {
    return this.#of(name, FlagVector);
  }

  dictionary(name: string): DictionaryVector {
    return this.#of(name, DictionaryVector);
  }

  #of<Vector>(name: string, kind: abstract new (...args: never[]) => Vector): Vector {
    const { vector } = this.#batch.column(name);
    if (!(vector instanceof kind)) throw new TypeError(`${this.#batch.dataset}: ${name} is no ${kind.name}`);
    return vector;
  }
}
