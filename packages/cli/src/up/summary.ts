import type { StreamerHealth } from '@feedlake/collector';
import { statusOf } from '@feedlake/telemetry';
import { rateText } from '../output/numbers.ts';
import { segmentText, snapshotLine } from './dashboard.ts';

/** How an instance fares in one log line: its fields, and the same in words. */
export function summary(health: StreamerHealth, now: number): { readonly fields: object; readonly message: string } {
  const { feeds, segments, schedules, problems } = health;
  const sum = (values: readonly number[]) => Math.round(values.reduce((total, value) => total + value, 0) * 10) / 10;
  const messages = sum(feeds.map((feed) => feed.messages_per_second));
  const rows = sum(feeds.map((feed) => feed.rows_per_second));
  const states = [...Map.groupBy(feeds, ({ state }) => state)].map(([state, some]) => [state, some.length] as const);
  const troubled = feeds.filter(({ cause }) => cause !== null);
  const parts: string[] = [];
  if (feeds.length > 0) {
    parts.push(
      states.map(([state, count]) => `${count} ${state}`).join(', '),
      `${rateText(messages)} messages/s`,
      `${rateText(rows)} rows/s`,
    );
  }
  for (const { exchange, dataset, cause } of troubled) parts.push(`${exchange} ${dataset}: ${cause}`);
  if (segments !== null) parts.push(segmentText(segments));
  if (schedules.length > 0) parts.push(snapshotLine(health, now));
  parts.push(...problems);
  return {
    fields: {
      status: statusOf(health),
      messages_per_second: messages,
      rows_per_second: rows,
      ...(segments !== null && { waiting_segments: segments.waiting.count }),
    },
    message: parts.join('; '),
  };
}
