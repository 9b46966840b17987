import type { Connection } from './connection.ts';
import type { Topic } from './topic.ts';

/** A sparse message on the old connection alone counts against the new one when it is so far into its time (µs). */
const allowance = 1_000_000;

export interface Pair {
  readonly old: Connection;
  readonly next: Connection;
  readonly topics: readonly Topic[];
  readonly now: number;
}

/**
 * Whether a new connection can take the place of the old one: when it brings all that the old one brings, or at the end
 * of the overlap at least as many topics. Null = can't be told yet.
 */
export function replacement({ overlapMs, ...pair }: Pair & { readonly overlapMs: number }): 'take' | 'drop' | null {
  const { old, next, topics, now } = pair;
  const flows = [...next.flows.values()];
  const asked = flows.every(({ subscribedAt }) => subscribedAt !== null);
  if (asked && topics.every((topic) => !isMissing(topic, pair))) return 'take';
  if (now - next.openedAt < overlapMs * 1000) return null;
  const fresh = ({ flows }: Connection) =>
    topics.filter(({ name }) => (flows.get(name)?.lastData ?? 0) >= next.openedAt).length;
  return fresh(next) > 0 && fresh(next) >= fresh(old) ? 'take' : 'drop';
}

/** Topics that both have brought since there were two. */
export function sharedTopics({ old, next, topics }: Pair): string[] {
  return topics
    .map(({ name }) => name)
    .filter((name) => (old.flows.get(name)?.lastData ?? 0) >= next.openedAt && lastData(next, name) !== null);
}

/** Alive on the old connection, not seen on the new one. */
function isMissing({ name, subscription, rhythm }: Topic, { old, next, now }: Pair): boolean {
  const before = lastData(old, name);
  if (before === null || lastData(next, name) !== null) return false;
  if (rhythm === null) return now - before < subscription.silenceMs * 1000;
  return before > (next.flows.get(name)?.subscribedAt ?? now) + allowance;
}

function lastData({ flows }: Connection, name: string): number | null {
  return flows.get(name)?.lastData ?? null;
}
