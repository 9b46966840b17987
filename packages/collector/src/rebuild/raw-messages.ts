import type { Lake } from '@feedlake/lake';
import { floorTo, isoDate, minute, type Row } from '@feedlake/schema';
import type { Interval } from '../intervals.ts';

/** A message as it was received. */
export type RawMessage = Pick<Row<'raw'>, 'ts_recv' | 'source' | 'connection' | 'message'>;

/** So much of it is in memory at a time (µs). */
const stretch = 5 * minute;
const columns = ['ts_recv', 'source', 'connection', 'message'] as const;

/**
 * What an exchange sent, in the order in which it was received; what came at one time, in the order in which it was
 * recorded.
 * @throws StoreError, ObjectError when the lake can't be read.
 */
export async function* rawMessages(lake: Lake, exchange: string, { from, to }: Interval): AsyncGenerator<RawMessage> {
  for (const start of await stretches(lake, exchange, { from, to })) {
    const messages: RawMessage[] = [];
    const range = { from: Math.max(from, start), to: Math.min(to, start + stretch) };
    for await (const message of lake.scan('raw', { exchange, ...range, columns })) messages.push(message);
    yield* messages.sort((a, b) => a.ts_recv - b.ts_recv);
  }
}

/** The starts of the stretches in which there are messages, ascending. */
async function stretches(lake: Lake, exchange: string, { from, to }: Interval): Promise<number[]> {
  const dates = {
    ...(Number.isFinite(from) && { firstDate: isoDate(from) }),
    ...(Number.isFinite(to) && { lastDate: isoDate(to - 1) }),
  };
  const starts = new Set<number>();
  for await (const object of lake.objects('raw', { exchanges: [exchange], ...dates })) {
    const { times } = await lake.footer(object);
    if (times === null) continue;
    const [first, last] = [Math.max(times[0], from), Math.min(times[1], to - 1)];
    for (let start = floorTo(first, stretch); start <= last; start += stretch) starts.add(start);
  }
  return [...starts].sort((a, b) => a - b);
}
