import type { Connection } from './connection.ts';
import type { Topic } from './topic.ts';

/** What a connection shows of a sparse topic. Times in microseconds. */
export interface Evidence {
  /** Nothing of it was lost until then. */
  readonly until: number;
  /** Where it was missing: since when it is not any more. */
  readonly resumedAt: number;
}

/**
 * What a connection shows of a sparse topic by what it has brought since the subscription was heeded; null = nothing.
 * A topic that fell silent on it alone only shows itself; one that did along with its channel, by data of the channel.
 * Silent topics are asked for again at first, so what shows that they are not is newer than their silence.
 */
export function evidenceOf(topic: Topic, connection: Connection, topics: readonly Topic[]): Evidence | null {
  const shownFrom = connection.flows.get(topic.name)?.shownFrom ?? null;
  if (shownFrom === null) return null;
  const { interruption } = topic;
  const silence = interruption?.silence?.connection === connection.id ? interruption.silence : null;
  if (silence === null) {
    const until = connection.lastData ?? 0;
    return { until, resumedAt: Math.max(shownFrom, interruption?.from ?? 0) };
  }
  if (silence.scope === 'topic') return null;
  const until = silence.scope === 'channel' ? channelData(topic, connection, topics) : (connection.lastData ?? 0);
  return until < shownFrom ? null : { until, resumedAt: until };
}

/** The last data of a topic's channel on a connection; 0 = none. */
function channelData({ subscription }: Topic, { flows }: Connection, topics: readonly Topic[]): number {
  const siblings = topics.filter((other) => other.subscription.channel === subscription.channel);
  return Math.max(...siblings.map(({ name }) => flows.get(name)?.lastData ?? 0));
}
