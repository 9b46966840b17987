import { day, hour, minute } from '@feedlake/schema';
import type { Connection } from './connection.ts';
import type { Rhythm } from './rhythm.ts';
import type { Scope, Topic } from './topic.ts';

/**
 * A sparse topic without a rhythm that brings nothing is only asked for again, after so many times its least deadline, and
 * after twice as long each further time.
 */
const unknownFactor = 10;
/** No deadline grows beyond this by being in vain (µs), unless it was longer from the start. */
const longestPatience = 15 * minute;

/** A topic that is silent for too long, and how sure that is. */
export interface Silent {
  readonly topic: Topic;
  /** False: it may be a quiet market, which is no reason to give up the connection. */
  readonly certain: boolean;
  /** What fell silent. */
  readonly scope: Scope;
  /** What was done about it before; see {@link Topic.step}. Where more than the topic fell silent: about all of that. */
  readonly step: number;
}

export interface WatchOptions {
  readonly connection: Connection;
  readonly topics: Iterable<Topic>;
  /** Rhythm of the channels that have sparse topics. */
  readonly channels: ReadonlyMap<string, Rhythm>;
  readonly now: number;
  /** Silence before this does not count: we did not listen (µs). */
  readonly listeningSince: number;
  /** For a connection without any data, in milliseconds. */
  readonly socketSilenceMs: number;
  /** After so many steps in vain, patience grows with each further one. */
  readonly patientAfter: number;
}

/**
 * The topics of a connection whose data is overdue. Only data counts: neither acks nor pongs tell that a feed lives.
 * Silence counts from the subscription, the last data, or the last thing that was done about it.
 */
export function silentTopics(options: WatchOptions): Silent[] {
  const asked = [...options.topics].filter(
    ({ name }) => (options.connection.flows.get(name)?.subscribedAt ?? null) !== null,
  );
  if (isSocketSilent(asked, options)) {
    const step = leastStep(asked);
    return asked.map((topic) => {
      return { topic, certain: true, scope: isOutOfRhythm(topic, options) ? 'topic' : 'connection', step };
    });
  }
  const mute = muteChannels(asked, options);
  return asked.flatMap((topic): Silent[] => {
    const { rhythm, subscription, interruption, step } = topic;
    const channelStep = rhythm === null ? undefined : mute.get(subscription.channel);
    if (isOutOfRhythm(topic, options)) return [{ topic, certain: true, scope: 'topic', step: channelStep ?? step }];
    if (channelStep !== undefined) return [{ topic, certain: true, scope: 'channel', step: channelStep }];
    const least = subscription.silenceMs * 1000;
    if (rhythm === null || rhythm.deadline(least) !== null) return [];
    // Asking again for a feed that lives may cost a message of it: only what has brought nothing here is asked for again.
    if (interruption === null && (options.connection.flows.get(topic.name)?.lastData ?? null) !== null) return [];
    const late = silenceOf(topic, options) >= Math.min(day, least * unknownFactor * 2 ** step);
    return late ? [{ topic, certain: false, scope: 'topic', step }] : [];
  });
}

/** Whether a topic alone is silent for longer than it ever should be. */
function isOutOfRhythm(topic: Topic, options: WatchOptions): boolean {
  const { rhythm, subscription, step } = topic;
  const least = subscription.silenceMs * 1000;
  const deadline = rhythm === null ? least : rhythm.deadline(least);
  return deadline !== null && silenceOf(topic, options) >= patience(deadline, step, options);
}

function isSocketSilent(asked: readonly Topic[], options: WatchOptions): boolean {
  if (asked.length === 0) return false;
  const silence = silenceOfAll(asked, options);
  const step = leastStep(asked);
  const steady = asked.filter(({ rhythm }) => rhythm === null);
  if (steady.length > 0) {
    return silence >= patience(Math.max(options.socketSilenceMs * 1000, leastSilence(steady)), step, options);
  }
  // Where quiet is usual, each alarm in vain makes the next one later.
  const least = leastSilence(asked);
  const known = asked.flatMap(({ rhythm }) => rhythm?.deadline(least) ?? []);
  const deadline = Math.min(...(known.length > 0 ? known : [least]));
  return silence >= Math.min(Math.max(deadline, hour), deadline * 2 ** step);
}

function leastSilence(topics: readonly Topic[]): number {
  return Math.min(...topics.map(({ subscription }) => subscription.silenceMs * 1000));
}

/** Quiet topics may not have spoken since an alarm that is long over: whoever has tells how far it has come. */
function leastStep(topics: readonly Topic[]): number {
  return Math.min(...topics.map(({ step }) => step));
}

/**
 * Channels of sparse topics that have fallen silent as a whole, against the rhythm of all their topics together, and what
 * was done about it before.
 */
function muteChannels(asked: readonly Topic[], options: WatchOptions): Map<string, number> {
  const mute = new Map<string, number>();
  for (const [channel, rhythm] of options.channels) {
    const siblings = asked.filter(({ subscription }) => subscription.channel === channel);
    const least = Math.max(...siblings.map(({ subscription }) => subscription.silenceMs * 1000));
    const deadline = siblings.length === 0 ? null : rhythm.deadline(least);
    if (deadline === null) continue;
    const step = leastStep(siblings);
    const silence = silenceOfAll(siblings, options);
    if (silence >= patience(deadline, step, options)) mute.set(channel, step);
  }
  return mute;
}

/** How long none of them has brought anything: something that was done about a few of them does not count. */
function silenceOfAll(topics: readonly Topic[], { connection, now, listeningSince }: WatchOptions): number {
  const flows = topics.flatMap(({ name }) => connection.flows.get(name) ?? []);
  const subscribed = Math.min(...flows.map(({ subscribedAt }) => subscribedAt ?? now));
  const acted = Math.min(...topics.map(({ actedAt }) => actedAt));
  const heard = Math.max(...flows.map(({ lastData }) => lastData ?? 0));
  return now - Math.max(subscribed, acted, heard, listeningSince);
}

function silenceOf(topic: Topic, { connection, now, listeningSince }: WatchOptions): number {
  const flow = connection.flows.get(topic.name);
  return now - Math.max(flow?.subscribedAt ?? now, flow?.lastData ?? 0, topic.actedAt, listeningSince);
}

function patience(deadline: number, step: number, { patientAfter }: WatchOptions): number {
  return Math.min(Math.max(deadline, longestPatience), deadline * 2 ** Math.max(0, step - patientAfter));
}
