import { createHash } from 'node:crypto';
import type { ScheduledSnapshot } from './schedules-of.ts';

const widestMs = 5_000;
/** Part of an interval that its start may be late. */
const part = 0.1;

/**
 * How long after its slot a snapshot is taken, in milliseconds: a few seconds at most, and always the same for the same
 * dataset and exchange, so that not everything is asked for at the same moment.
 * @param width from the slot to the next, in microseconds
 */
export function spreadMs(
  { dataset, exchange }: Pick<ScheduledSnapshot, 'dataset' | 'exchange'>,
  width: number,
): number {
  const digest = createHash('sha256').update(`${exchange} ${dataset}`).digest();
  return Math.floor((Math.min(widestMs, (width / 1000) * part) * digest.readUInt32BE()) / 2 ** 32);
}
