/** Types a column can have. A `decimal` travels as its text and is stored as a DOUBLE plus, where needed, `exact`. */
export type ColumnType = 'decimal' | 'time' | 'integer' | 'text' | 'flag';

export interface Column<Type extends ColumnType = ColumnType, Nullable extends boolean = boolean> {
  readonly type: Type;
  readonly nullable: Nullable;
  /** Unit of a number: `base`, `quote`, `s`, … */
  readonly unit?: string;
  /** Smallest allowed value of a decimal. */
  readonly minimum?: number;
  readonly doc: string;
}

export type Columns = Readonly<Record<string, Column>>;

interface Facts {
  unit?: string;
  minimum?: number;
  doc: string;
}

interface Maker<Type extends ColumnType> {
  (facts: Facts & { nullable: true }): Column<Type, true>;
  (facts: Facts): Column<Type, false>;
}

function maker<Type extends ColumnType>(type: Type): Maker<Type> {
  function make(facts: Facts & { nullable: true }): Column<Type, true>;
  function make(facts: Facts): Column<Type, false>;
  function make(facts: Facts & { nullable?: true }): Column<Type> {
    return { ...facts, type, nullable: facts.nullable ?? false };
  }
  return make;
}

/** An exact number: text in rows, DOUBLE in Parquet. */
export const decimal = maker('decimal');
/** Microseconds since the epoch, UTC: a number in rows, TIMESTAMP(MICROS, UTC) in Parquet. */
export const time = maker('time');
/** A whole number up to 2^53 - 1: a number in rows, INT64 in Parquet. */
export const integer = maker('integer');
/** UTF-8 text. */
export const text = maker('text');
/** True or false. */
export const flag = maker('flag');
