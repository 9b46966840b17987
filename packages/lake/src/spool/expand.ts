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
  const ids = columns.text('trade_id');
  const firstIds = columns.text('first_trade_id');
  const lastIds = columns.text('last_trade_id');
  const exact = columns.text('exact');
  const times = columns.number('ts_event');
  const offBook = columns.flag('off_book');
  const side = columns.dictionary('side');
  const [buy, sell] = [side.numberOf('buy'), side.numberOf('sell')];
  const texts = Buffer.from(trades.names.buffer, trades.names.byteOffset, trades.names.length);
  columns.number('price').values.set(trades.price, first);
  columns.number('size').values.set(trades.size, first);
  for (let index = 0; index < trades.event.length; index += 1) {
    const row = first + index;
    const flags = trades.flags[index] ?? 0;
    times.set(row, trades.event[index] ?? 0);
    side.codes[row] = (flags & 1) === 0 ? buy : sell;
    offBook.set(row, (flags & 2) !== 0);
    const id = trades.id[index] ?? Number.NaN;
    if (Number.isNaN(id)) {
      ids.set(row, texts.toString('latin1', index === 0 ? 0 : trades.nameEnd[index - 1], trades.nameEnd[index]));
    } else ids.set(row, String(id));
    setId(firstIds, row, trades.firstId[index]);
    setId(lastIds, row, trades.lastId[index]);
    exact.setNull(row);
  }
}

/** Adds the levels of a frame's book messages to a batch, row by row. */
export function expandBooks(batch: ColumnBatch, frame: Frame): void {
  const books = readBooks(frame);
  const columns = new Columns(batch);
  const first = columns.common(frame, books);
  const exact = columns.text('exact');
  const side = columns.dictionary('side');
  const [bid, ask] = [side.numberOf('bid'), side.numberOf('ask')];
  const isSnapshot = columns.flag('is_snapshot').values;
  const isLast = columns.flag('is_last').values;
  for (const [name, told] of [
    ['price', books.price],
    ['size', books.size],
  ] as const) {
    const { values, valid } = columns.number(name);
    values.set(told, first);
    valid?.fill(1, first, first + told.length);
  }
  side.valid?.fill(1, first, first + books.bid.length);
  for (let index = 0; index < books.bid.length; index += 1) {
    side.codes[first + index] = books.bid[index] === 1 ? bid : ask;
    exact.setNull(first + index);
  }
  const perMessage = (
    [
      ['ts_event', books.event],
      ['first_seq', books.firstSeq],
      ['last_seq', books.lastSeq],
      ['prev_seq', books.prevSeq],
      ['cross_seq', books.crossSeq],
    ] as const
  ).map(([name, told]) => ({ vector: columns.number(name), told }));
  let row = first;
  for (let message = 0; message < books.count.length; message += 1) {
    const end = row + (books.count[message] ?? 0);
    for (const { vector, told } of perMessage) {
      const value = told[message] ?? Number.NaN;
      const known = !Number.isNaN(value);
      vector.values.fill(known ? value : 0, row, end);
      vector.valid?.fill(known ? 1 : 0, row, end);
    }
    isSnapshot.fill(books.snapshot[message] ?? 0, row, end);
    isLast.fill(0, row, end);
    isLast[end - 1] = 1;
    row = end;
  }
}

function setId(vector: TextVector, row: number, id: number | undefined): void {
  if (id === undefined || Number.isNaN(id)) vector.setNull(row);
  else vector.set(row, String(id));
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
    const names = new Map((head.instruments as NamedInstrument[]).map((name) => [name[0], name]));
    const first = this.#batch.extend(rows);
    const symbols = this.dictionary('symbol');
    const venueSymbols = this.dictionary('venue_symbol');
    const received = this.number('ts_recv').values;
    let row = first;
    for (let message = 0; message < messages.count.length; message += 1) {
      const [, symbol = '', venueSymbol = ''] = names.get(messages.instrument[message] ?? 0) ?? [];
      const end = row + (messages.count[message] ?? 0);
      symbols.codes.fill(symbols.numberOf(symbol), row, end);
      venueSymbols.codes.fill(venueSymbols.numberOf(venueSymbol), row, end);
      received.fill(messages.received[message] ?? 0, row, end);
      row = end;
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
