import {
  type AnyRow,
  type Column,
  type Columns,
  type DatasetName,
  datasets,
  decimalOfDouble,
  survivesDouble,
} from '@feedlake/schema';
import { DictionaryVector } from './dictionary-vector.ts';
import { FlagVector } from './flag-vector.ts';
import { NumberVector } from './number-vector.ts';
import { TextVector } from './text-vector.ts';

/** Rows per object: the heap of the Parquet encoder never shrinks, so this bounds it. */
export const maxRows = 250_000;
/** Bytes of text per column of an object, for rows that carry whole messages. */
const maxTextBytes = 64 * 1024 * 1024;
const firstCapacity = 1024;

/** One column of a batch: what it is and what it holds so far. */
export interface BatchColumn<Vector = NumberVector | FlagVector | TextVector | DictionaryVector> {
  readonly name: string;
  readonly column: Column;
  readonly vector: Vector;
}

/** Texts that hardly ever repeat. Of all others a batch keeps each different one once. */
export const unrepeatedTexts: ReadonlySet<string> = new Set([
  'trade_id',
  'first_trade_id',
  'last_trade_id',
  'message',
  'exact',
]);

/** A row can't be stored: the message names dataset, column and what is wrong. */
export class RowError extends Error {
  override readonly name = 'RowError';
}

/**
 * Rows of one dataset, taken apart into typed columns as they arrive; no row object is kept. Decimal texts become
 * DOUBLEs, and the `exact` column keeps the text of those that a DOUBLE would change.
 */
export class ColumnBatch {
  readonly dataset: DatasetName;
  /** In the order of the schema. */
  readonly columns: readonly BatchColumn[];
  // The same columns by kind: loops that see one kind of column each are what makes appending fast.
  readonly #texts: BatchColumn<TextVector>[] = [];
  readonly #repeated: BatchColumn<DictionaryVector>[] = [];
  readonly #decimals: BatchColumn<NumberVector>[] = [];
  readonly #wholeNumbers: BatchColumn<NumberVector>[] = [];
  readonly #flags: BatchColumn<FlagVector>[] = [];
  readonly #exact: TextVector;
  readonly #byName: ReadonlyMap<string, BatchColumn>;
  #rows = 0;
  #capacity: number;

  /**
   * @param capacity Rows that there is room for at first.
   * @param names Columns that it is to have, of a batch that is filled by {@link extend}. Absent = all of the dataset.
   */
  constructor(dataset: DatasetName, capacity = firstCapacity, names?: ReadonlySet<string>) {
    this.dataset = dataset;
    this.#capacity = Math.max(1, capacity);
    this.#exact = new TextVector(true, this.#capacity);
    this.columns = Object.entries(datasets[dataset].columns as Columns)
      .filter(([name]) => names?.has(name) ?? true)
      .map(([name, column]) => this.#makeColumn(name, column));
    this.#byName = new Map(this.columns.map((column) => [column.name, column]));
  }

  /** Rows so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Whether the next row belongs in another batch: an object has at most 250,000 rows and 64 MiB a text column. */
  get isFull(): boolean {
    return this.#rows >= maxRows || this.#texts.some(({ vector }) => vector.byteLength(this.#rows) >= maxTextBytes);
  }

  /**
   * Adds a row of the batch's dataset. One that is refused leaves the batch as it was.
   * @throws RowError when a required value is missing, a decimal is no number, or an integer or time not whole.
   */
  append(row: AnyRow): void {
    if (this.#rows === this.#capacity) this.#grow();
    const at = this.#rows;
    for (const { name, column, vector } of this.#texts) {
      const value = row[name];
      if (typeof value === 'string') vector.set(at, value);
      else this.#setNull(at, name, column, vector, value, 'is no text');
    }
    for (const { name, column, vector } of this.#repeated) {
      const value = row[name];
      if (typeof value === 'string') vector.set(at, value);
      else this.#setNull(at, name, column, vector, value, 'is no text');
    }
    for (const { name, column, vector } of this.#wholeNumbers) {
      const value = row[name];
      if (Number.isSafeInteger(value)) vector.set(at, value as number);
      else this.#setNull(at, name, column, vector, value, 'is no whole number within 2^53');
    }
    for (const { name, column, vector } of this.#flags) {
      const value = row[name];
      if (typeof value === 'boolean') vector.set(at, value);
      else this.#setNull(at, name, column, vector, value, 'is neither true nor false');
    }
    let exact: Record<string, string> | null = null;
    for (const { name, column, vector } of this.#decimals) {
      const value = row[name];
      if (typeof value !== 'string') {
        this.#setNull(at, name, column, vector, value, 'is no decimal text');
        continue;
      }
      const number = Number(value);
      vector.set(at, number);
      if (!this.#survives(name, value, number)) {
        exact ??= {};
        exact[name] = value;
      }
    }
    if (exact === null) this.#exact.setNull(at);
    else this.#exact.set(at, JSON.stringify(exact));
    this.#rows += 1;
  }

  /**
   * A column by its name.
   * @throws TypeError when the batch has no such column.
   */
  column(name: string): BatchColumn {
    const found = this.find(name);
    if (found === undefined) throw new TypeError(`${this.dataset} has no column ${name}`);
    return found;
  }

  /** A column by its name; undefined where the batch has none. */
  find(name: string): BatchColumn | undefined {
    return this.#byName.get(name);
  }

  /** Forgets its rows; the memory that they took, and the numbers of repeated texts, are kept for others. */
  clear(): void {
    this.#rows = 0;
  }

  /**
   * Makes room for rows whose values the caller then sets in every column, null or not.
   * @returns the first of them.
   */
  extend(rows: number): number {
    const first = this.#rows;
    this.#rows += rows;
    while (this.#rows > this.#capacity) this.#grow();
    return first;
  }

  /** A row as it was appended: decimals as exact texts, absent as null. */
  row(at: number): AnyRow {
    const row: AnyRow = {};
    for (const { name, column, vector } of this.columns) row[name] = valueAt(column, vector, at);
    const { exact } = row;
    if (typeof exact === 'string') Object.assign(row, JSON.parse(exact));
    return row;
  }

  #makeColumn(name: string, column: Column): BatchColumn {
    const { nullable } = column;
    const capacity = this.#capacity;
    if (name === 'exact') return { name, column, vector: this.#exact };
    switch (column.type) {
      case 'text':
        if (!unrepeatedTexts.has(name)) {
          return added(this.#repeated, { name, column, vector: new DictionaryVector(nullable, capacity) });
        }
        return added(this.#texts, { name, column, vector: new TextVector(nullable, capacity) });
      case 'flag':
        return added(this.#flags, { name, column, vector: new FlagVector(nullable, capacity) });
      default: {
        const list = column.type === 'decimal' ? this.#decimals : this.#wholeNumbers;
        return added(list, { name, column, vector: new NumberVector(nullable, capacity) });
      }
    }
  }

  #setNull(at: number, name: string, column: Column, vector: BatchColumn['vector'], value: unknown, fault: string) {
    if (value !== null && value !== undefined) throw this.#refusal(name, fault);
    if (!column.nullable) throw this.#refusal(name, 'is missing');
    vector.setNull(at);
  }

  #survives(name: string, value: string, number: number): boolean {
    try {
      // DuckDB's sort keys, and with them some of its aggregates, turn -0 into 0.
      return survivesDouble(value) && !Object.is(number, -0);
    } catch (error) {
      throw this.#refusal(name, error instanceof Error ? error.message : String(error));
    }
  }

  #refusal(name: string, reason: string): RowError {
    return new RowError(`${this.dataset}: ${name} ${reason}`);
  }

  #grow(): void {
    this.#capacity *= 2;
    for (const { vector } of this.columns) vector.grow(this.#capacity);
  }
}

function valueAt({ type }: Column, vector: BatchColumn['vector'], at: number): AnyRow[string] {
  if (vector.valid?.[at] === 0) return null;
  if (vector instanceof DictionaryVector) return vector.texts[vector.codes[at] ?? 0] ?? null;
  if (vector instanceof TextVector) return vector.text(at);
  if (vector instanceof FlagVector) return vector.values[at] === 1;
  const value = vector.values[at] ?? 0;
  return type === 'decimal' ? decimalOfDouble(value) : value;
}

function added<Column>(list: Column[], column: Column): Column {
  list.push(column);
  return column;
}
