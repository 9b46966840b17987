import { type Lake, snapshotName } from '@feedlake/lake';
import { snapshotDetail } from './account.ts';
import type { ScheduledSnapshot } from './schedules-of.ts';

/** An instrument that a snapshot was taken without, and the cause of the gap. */
export interface LackingSymbol {
  readonly symbol: string;
  readonly cause: string;
}

/**
 * What the lake lacks of a snapshot that was taken: the symbols whose latest word about the slot is a gap.
 * @param slot in microseconds
 * @throws StoreError, ObjectError when the lake can't be read.
 */
export async function lackingSymbols(lake: Lake, job: ScheduledSnapshot, slot: number): Promise<LackingSymbol[]> {
  const { dataset, exchange } = job;
  const ofSlot = snapshotName(slot);
  const latest = new Map<string, { time: number; cause: string | null }>();
  const rows = lake.scan('coverage', {
    exchange,
    from: slot,
    to: slot + 1,
    columns: ['symbol', 'ts_recv', 'dataset', 'from_time', 'state', 'cause', 'detail'],
    skipObjects: (name) => !name.startsWith(ofSlot),
  });
  for await (const row of rows) {
    if (row.dataset !== dataset || row.detail !== snapshotDetail || row.from_time !== slot) continue;
    const { symbol, ts_recv: time } = row;
    if (typeof symbol !== 'string' || (latest.get(symbol)?.time ?? 0) > time) continue;
    latest.set(symbol, { time, cause: row.state === 'gap' ? (row.cause ?? 'upstream_error') : null });
  }
  return [...latest].flatMap(([symbol, { cause }]) => (cause === null ? [] : [{ symbol, cause }]));
}
