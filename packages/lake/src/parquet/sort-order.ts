import { datasets } from '@feedlake/schema';
import type { ColumnBatch } from './column-batch.ts';

/**
 * The order of a batch's rows by the sort columns of its dataset, nulls last; rows equal in all of them stay in the
 * order of their arrival.
 *
 * Rows mostly arrive in order within each symbol. So they are dealt out by the first column, and a group that is in
 * order by the others is left as it is; a column that decides nothing is never looked at.
 */
export function sortOrder(batch: ColumnBatch): Uint32Array {
  const [first, ...others] = datasets[batch.dataset].order.map((name) => keysOf(batch, name));
  const compare = (a: number, b: number): number => {
    for (const keys of others) {
      const left = keys()[a] ?? 0;
      const right = keys()[b] ?? 0;
      if (left !== right) return left < right ? -1 : 1;
    }
    return a - b;
  };
  const order = new Uint32Array(batch.rows);
  let filled = 0;
  for (const group of groupsBy(first?.() ?? new Float64Array(batch.rows))) {
    if (!isSorted(group, compare)) group.sort(compare);
    order.set(group, filled);
    filled += group.length;
  }
  return order;
}

/** Sort keys of a column, made when they are first asked for. */
function keysOf(batch: ColumnBatch, name: string): () => Float64Array {
  let keys: Float64Array | null = null;
  return () => {
    keys ??= batch.column(name).vector.sortKeys(batch.rows);
    return keys;
  };
}

/** Row numbers grouped by key: groups by ascending key, rows ascending in each. */
function groupsBy(keys: Float64Array): Uint32Array[] {
  const counts = new Map<number, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  const groups = new Map<number, { readonly rows: Uint32Array; filled: number }>();
  for (const [key, count] of [...counts].sort(([a], [b]) => a - b)) {
    groups.set(key, { rows: new Uint32Array(count), filled: 0 });
  }
  for (let row = 0; row < keys.length; row += 1) {
    const group = groups.get(keys[row] ?? 0);
    if (group === undefined) continue;
    group.rows[group.filled] = row;
    group.filled += 1;
  }
  return [...groups.values()].map(({ rows }) => rows);
}

function isSorted(rows: Uint32Array, compare: (a: number, b: number) => number): boolean {
  for (let at = 1; at < rows.length; at += 1) {
    if (compare(rows[at - 1] ?? 0, rows[at] ?? 0) > 0) return false;
  }
  return true;
}
