import { type AnyRow, type Columns, type ColumnType, type DatasetName, datasets } from '@feedlake/schema';

/** One value of a key. */
export type KeyValue = string | number | boolean | null;

/** What tells a fact from all others of its dataset and exchange, as values that can be compared and written down. */
export type FactKey = readonly KeyValue[];

/**
 * Which rows are one fact, and which of them is taken; the same rules as those of the views that queries see
 * (`query/views.ts`).
 */
export interface Identity {
  /** Columns that the key and the preference are made of. */
  readonly columns: readonly string[];
  keyOf(row: AnyRow): FactKey;
  /** Orders keys: by symbol first, ids that are numbers by their value, null after everything. */
  compare(one: FactKey, other: FactKey): number;
  /** Whether a row is taken in place of another of the same fact. */
  isPreferred(row: AnyRow, other: AnyRow): boolean;
}

/**
 * The natural key, with two additions. A row without a time of its own is known by the schedule's, or else by when it was
 * received, so rows without time do not fall together. And where a key holds decimals, `exact` tells apart those that are
 * equal only as DOUBLEs.
 */
export function identityOf(dataset: DatasetName): Identity {
  const { key, columns } = datasets[dataset] as { key: readonly string[]; columns: Columns };
  // Whoever reads a range reads that of one exchange.
  const names = key.filter((name) => name !== 'exchange');
  const isTimed = key.includes('ts_event');
  const isScheduled = key.includes('scheduled_time');
  const hasExact = names.some((name) => columns[name]?.type === 'decimal');
  const types: ColumnType[] = names.map((name) => columns[name]?.type ?? 'text');
  types.push('time', 'text');
  const preference = dataset === 'candles' ? ['closed', 'ts_recv'] : ['ts_recv'];
  return {
    columns: [...new Set([...names, 'ts_event', ...preference, ...(hasExact ? ['exact'] : [])])],
    keyOf(row) {
      const values: KeyValue[] = names.map((name) => row[name] ?? null);
      const time = row.ts_event ?? (isScheduled ? row.scheduled_time : null) ?? null;
      values.push(isTimed && time === null ? (row.ts_recv ?? null) : null, hasExact ? (row.exact ?? null) : null);
      return values;
    },
    compare(one, other) {
      for (let at = 0; at < types.length; at += 1) {
        const order = compareValues(types[at] ?? 'text', one[at] ?? null, other[at] ?? null);
        if (order !== 0) return order;
      }
      return 0;
    },
    isPreferred:
      dataset === 'candles'
        ? (row, other) =>
            row.closed === other.closed ? Number(row.ts_recv) > Number(other.ts_recv) : row.closed === true
        : (row, other) => Number(row.ts_recv) < Number(other.ts_recv),
  };
}

function compareValues(type: ColumnType, one: KeyValue, other: KeyValue): number {
  if (one === other) return 0;
  if (one === null || other === null) return one === null ? 1 : -1;
  if (type === 'text') return compareTexts(String(one), String(other));
  return Number(one) - Number(other) || compareTexts(String(one), String(other));
}

const wholeNumber = /^(?:0|[1-9]\d*)$/;

/** Whole numbers come first, by their value: ids are texts, and count trades of one moment. */
function compareTexts(one: string, other: string): number {
  const [isNumber, isOtherNumber] = [wholeNumber.test(one), wholeNumber.test(other)];
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
  if (isNumber && one.length !== other.length) return one.length - other.length;
  return one < other ? -1 : Number(one > other);
}
