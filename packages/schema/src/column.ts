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

interface Facts<Nullable extends boolean> {
  nullable?: Nullable;
  unit?: string;
  minimum?: number;
  doc: string;
}

const column =
  <Type extends ColumnType>(type: Type) =>
  <const Nullable extends boolean = false>(facts: Facts<Nullable>): Column<Type, Nullable> => ({
    ...facts,
    type,
    nullable: (facts.nullable ?? false) as Nullable,
  });

/** An exact number: text in rows, DOUBLE in Parquet. */
export const decimal = column('decimal');
/** Microseconds since the epoch, UTC: a number in rows, TIMESTAMP(MICROS, UTC) in Parquet. */
export const time = column('time');
/** A whole number up to 2^53 - 1: a number in rows, INT64 in Parquet. */
export const integer = column('integer');
/** UTF-8 text. */
export const text = column('text');
/** True or false. */
export const flag = column('flag');
