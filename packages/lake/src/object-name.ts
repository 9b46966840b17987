import { createHash } from 'node:crypto';
import { isoTime } from '@feedlake/schema';

/**
 * Names of objects. A name is decided before the rows are known, from what they are owed to, so that the same work
 * done twice (a retry, a double fire, a restart) meets the object that is there already. It begins with its origin.
 */

/**
 * Name of a scheduled snapshot: `snapshot-20260327T080000Z`.
 * @param scheduledTime The slot of the schedule, in microseconds.
 * @param scope What the snapshot is limited to (such as symbols): snapshots of one slot that differ in it are two.
 */
export function snapshotName(scheduledTime: number, scope: readonly string[] = []): string {
  const slot = isoTime(scheduledTime).replaceAll(/[-:]|\.000000/g, '');
  return scope.length === 0 ? `snapshot-${slot}` : `snapshot-${slot}-${digest(scope)}`;
}

/**
 * Name of a piece of fetched history, from everything that says which piece: dataset, exchange, symbol, range, width.
 * Two pieces have the same name exactly when all parts are the same.
 */
export function historyName(...parts: (string | number | null)[]): string {
  return `history-${digest(parts)}`;
}

const name = /^[a-z]+-[A-Za-z0-9][A-Za-z0-9_.-]{0,190}$/;

/** Whether a text can be the name of an object: its origin, a dash, and letters, digits, `_`, `.` and `-`. */
export function isObjectName(text: string): boolean {
  return name.test(text);
}

function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24);
}
