import type { Connection } from './connection.ts';
import type { Topic } from './topic.ts';

/** So much may two connections lag behind each other (µs). */
const allowance = 1_000_000;

export interface Pair {
  readonly old: Connection;
  readonly next: Connection;
  readonly topics: readonly Topic[];
  readonly now: number;
}

/**
 * Whether a new connection can take the place of the old one: when it brings all that the old one brings, and no sparse
 * message can fall between the two; or at the end of the overlap, when it brings at least as many topics. Null = can't be
 * told yet.
 */
export function replacement({ overlapMs, ...pair }: Pair & { readonly overlapMs: number }): 'take' | 'drop' | null {
  const { old, next, topics, now } = pair;
  const flows = [...next.flows.values()];
  const asked = flows.every(({ subscribedAt }) => subscribedAt !== null);
  const isWhole = asked && topics.every((topic) => !isMissing(topic, pair));
  if (isWhole && topics.every((topic) => isSeamless(topic, pair))) return 'take';
  if (now - next.openedAt < overlapMs * 1000) return null;
  if (isWhole) return 'take';
  const fresh = ({ flows }: Connection) =>
    topics.filter(({ name }) => (flows.get(name)?.lastData ?? 0) >= next.openedAt).length;
  return fresh(next) > 0 && fresh(next) >= fresh(old) ? 'take' : 'drop';
}

/** Topics that a new connection does not carry on from where they were proven last, when it is all that is left. */
export function leftBehind(topics: readonly Topic[], next: Connection | null): Topic[] {
  return topics.filter(({ name, rhythm, proven }) => {
    const flow = next?.flows.get(name);
    if (rhythm === null) return (flow?.lastData ?? null) === null;
    return (flow?.shownFrom ?? Number.POSITIVE_INFINITY) > (proven ?? 0);
  });
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
  return before > (next.flows.get(name)?.heededFrom ?? now) + allowance;
}

/** Nothing of a sparse topic can be lost: the old connection has brought something after the new one was seen to have it. */
function isSeamless({ name, rhythm, interruption }: Topic, { old, next }: Pair): boolean {
  if (rhythm === null || interruption !== null) return true;
  const from = next.flows.get(name)?.shownFrom ?? null;
  return from !== null && (old.lastData ?? 0) >= from + allowance;
}

function lastData({ flows }: Connection, name: string): number | null {
  return flows.get(name)?.lastData ?? null;
}
