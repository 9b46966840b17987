import { datasets } from '@feedlake/schema';
import type { ColumnBatch } from './column-batch.ts';
import { DictionaryVector } from './dictionary-vector.ts';

/** Sort keys of a column, made when they are first asked for. */
type Keys = () => Float64Array;

/**
 * The order of a batch's rows by the sort columns of its dataset, nulls last; rows equal in all of them stay in the
 * order of their arrival.
 *
 * Rows mostly arrive in order within each symbol. So they are dealt out by the first column where that repeats few
 * texts, and a group that is in order by the others is left as it is; a column that decides nothing is never looked at.
 */
export function sortOrder(batch: ColumnBatch): Uint32Array {
  const order = new Uint32Array(batch.rows);
  const names: readonly string[] = datasets[batch.dataset].order;
  const { vector } = batch.column(names[0] ?? '');
  if (vector instanceof DictionaryVector) {
    const others = names.slice(1).map((name) => keysOf(batch, name));
    let start = 0;
    for (const end of dealOut(order, vector)) {
      sort(order.subarray(start, end), others);
      start = end;
    }
  } else {
    for (let row = 0; row < order.length; row += 1) order[row] = row;
    sort(
      order,
      names.map((name) => keysOf(batch, name)),
    );
  }
  return order;
}

function keysOf(batch: ColumnBatch, name: string): Keys {
  let keys: Float64Array | null = null;
  return () => {
    keys ??= batch.column(name).vector.sortKeys(batch.rows);
    return keys;
  };
}

/**
 * Fills an order with rows by their text, those of the same text in the order of their arrival.
 * @returns where in the order each text's rows end.
 */
function dealOut(order: Uint32Array, vector: DictionaryVector): Uint32Array {
  const keys = vector.sortKeys(order.length);
  // One more than there are keys: first the place of each key's first row stands here, in the end that after its last.
  const places = new Uint32Array(vector.texts.length + 2);
  for (let row = 0; row < keys.length; row += 1) {
    const next = (keys[row] ?? 0) + 1;
    places[next] = (places[next] ?? 0) + 1;
  }
  for (let key = 1; key < places.length; key += 1) places[key] = (places[key] ?? 0) + (places[key - 1] ?? 0);
  for (let row = 0; row < keys.length; row += 1) {
    const key = keys[row] ?? 0;
    const place = places[key] ?? 0;
    order[place] = row;
    places[key] = place + 1;
  }
  return places;
}

function sort(rows: Uint32Array, keys: readonly Keys[]): void {
  if (!isSorted(rows, keys)) rows.sort((a, b) => compare(a, b, keys));
}

function isSorted(rows: Uint32Array, [first, ...others]: readonly Keys[]): boolean {
  if (rows.length < 2) return true;
  const values = first?.() ?? new Float64Array();
  for (let at = 1; at < rows.length; at += 1) {
    const before = rows[at - 1] ?? 0;
    const row = rows[at] ?? 0;
    const left = values[before] ?? 0;
    const right = values[row] ?? 0;
    if (left > right || (left === right && compare(before, row, others) > 0)) return false;
  }
  return true;
}

function compare(a: number, b: number, columns: readonly Keys[]): number {
  for (const keys of columns) {
    const values = keys();
    const left = values[a] ?? 0;
    const right = values[b] ?? 0;
    if (left !== right) return left < right ? -1 : 1;
  }
  return a - b;
}
