import type { Fault } from '../fault.ts';
import type { Cause, SessionEvent } from './events.ts';
import type { Evidence } from './evidence.ts';
import { Rhythm } from './rhythm.ts';
import type { Subscription } from './rules.ts';
import { type Scope, Topic } from './topic.ts';
import type { Silent } from './watchdog.ts';

/** So often must a topic bring the connection down before it is left out. */
const mostStrikes = 3;

/** The topics of one link: keeps book of when their data flows and when it is missing, and says so. */
export class Topics {
  readonly #topics = new Map<string, Topic>();
  readonly #channels = new Map<string, Rhythm>();
  readonly #emit: (event: SessionEvent) => void;

  constructor(emit: (event: SessionEvent) => void) {
    this.#emit = emit;
  }

  get all(): readonly Topic[] {
    return [...this.#topics.values()];
  }

  /** Those that are subscribed to for their own sake: all but a canary. */
  get wanted(): readonly Topic[] {
    return this.all.filter(({ isCanary }) => !isCanary);
  }

  get size(): number {
    return this.#topics.size;
  }

  /** Rhythms of the channels that have sparse topics. */
  get channels(): ReadonlyMap<string, Rhythm> {
    return this.#channels;
  }

  get(name: string): Topic | null {
    return this.#topics.get(name) ?? null;
  }

  has(name: string): boolean {
    return this.#topics.has(name);
  }

  /** @returns those that are new */
  add(subscriptions: readonly Subscription[], now: number): Topic[] {
    const added = subscriptions.filter(({ topic }) => !this.#topics.has(topic)).map((one) => new Topic(one, now));
    for (const topic of added) this.#topics.set(topic.name, topic);
    return added;
  }

  addCanary(subscription: Subscription, now: number): Topic {
    const topic = new Topic(subscription, now, true);
    this.#topics.set(topic.name, topic);
    return topic;
  }

  remove(names: readonly string[]): void {
    for (const name of names) this.#topics.delete(name);
  }

  /**
   * @param shownFrom since when its connection shows that nothing of it is missing (µs); null = it may be left of before
   * @param isCurrent whether it came by the connection that what is known goes by, not by one that is to replace it
   */
  received(name: string, at: number, connection: string, shownFrom: number | null, isCurrent: boolean): void {
    const topic = this.#topics.get(name);
    if (topic === undefined) return;
    const { interruption, rhythm } = topic;
    topic.lastData = at;
    topic.step = 0;
    if (rhythm === null) {
      if (interruption !== null) this.#resumed(topic, at, at, connection);
      return;
    }
    // What was still on its way when the topic was asked for again shows that it is not silent, and no more.
    if (shownFrom === null && interruption !== null) interruption.silence = null;
    if (shownFrom !== null && (isCurrent || interruption !== null)) topic.evidence = Math.max(topic.evidence, at);
    if (shownFrom !== null && interruption !== null) {
      const isOwnSilence = interruption.silence?.connection === connection;
      this.#resumed(topic, isOwnSilence ? at : Math.max(shownFrom, interruption.from), at, connection);
    }
    rhythm.heard(at);
    this.#channel(topic).heard(at);
  }

  /**
   * A sparse topic has lost nothing until then, nor since it was there again, where it was missing.
   * @param now the time that this is found
   */
  proved(topic: Topic, { until, resumedAt }: Evidence, now: number, connection: string): void {
    topic.evidence = Math.max(topic.evidence, until);
    if (topic.interruption !== null) this.#resumed(topic, resumedAt, now, connection);
  }

  /** Data of these topics is missing, see {@link Topic.interrupt}. */
  interrupted(topics: readonly Topic[], cause: Cause, at: number): void {
    this.#missing(
      topics.filter((topic) => topic.interrupt(cause)),
      cause,
      at,
    );
  }

  /** These topics are certainly silent on a connection, see {@link Topic.fellSilent}. */
  fellSilent(silent: readonly Silent[], at: number, connection: string): void {
    const news = silent.filter(({ topic, scope }) =>
      topic.fellSilent({ scope, connection }, this.#heardUntil(topic, scope)),
    );
    this.#missing(
      news.map(({ topic }) => topic),
      'silent',
      at,
    );
  }

  /** What keeps missing data away is known better now. */
  sharpened(cause: Cause): void {
    for (const topic of this.#topics.values()) topic.sharpen(cause);
  }

  acknowledged(names: readonly string[]): void {
    for (const name of names) {
      const topic = this.#topics.get(name);
      if (topic !== undefined) topic.suspicion = null;
    }
  }

  /** The venue won't have them: they are left out. */
  refused(names: readonly string[], fault: Fault, at: number): void {
    const known = names.flatMap((name) => this.#topics.get(name) ?? []);
    if (known.length === 0) return;
    const replaced = known.every(({ subscription: { alternatives = [] } }) =>
      alternatives.some((name) => !names.includes(name) && this.#topics.has(name)),
    );
    this.#emit({ kind: 'refused', at, topics: known.map(({ name }) => name), fault, replaced });
    this.interrupted(known, 'refused', at);
    this.remove(names);
  }

  /**
   * The venue closed the connection where it should have answered for these topics.
   * @param proven whether it had answered for others before, so that the connection itself was good
   */
  suspected(names: readonly string[], proven: boolean, at: number): void {
    for (const name of names) {
      const topic = this.#topics.get(name);
      if (topic === undefined) continue;
      topic.suspicion = (topic.suspicion ?? 0) + (proven ? 1 : 0);
      if (topic.suspicion < mostStrikes) continue;
      const message = `the venue closes the connection whenever it is asked for ${name}`;
      this.refused([name], { kind: 'bad_symbol', message }, at);
    }
  }

  #missing(topics: readonly Topic[], cause: Cause, at: number): void {
    const told = topics.filter(({ isCanary }) => !isCanary).map(({ since }) => since);
    if (told.length > 0) this.#emit({ kind: 'interrupted', at, cause, topics: told });
  }

  #resumed(topic: Topic, to: number, at: number, connection: string): void {
    const { interruption, name, isCanary } = topic;
    if (interruption === null) return;
    topic.interruption = null;
    topic.rhythm?.interrupted();
    const { cause, from } = interruption;
    if (!isCanary) this.#emit({ kind: 'resumed', at, cause, topic: name, from, to, connection });
  }

  #heardUntil({ subscription: { channel } }: Topic, scope: Scope): number {
    if (scope === 'connection') return Number.POSITIVE_INFINITY;
    return scope === 'channel' ? (this.#channels.get(channel)?.latest ?? 0) : 0;
  }

  #channel({ subscription: { channel } }: Topic): Rhythm {
    const known = this.#channels.get(channel);
    if (known !== undefined) return known;
    const rhythm = new Rhythm();
    this.#channels.set(channel, rhythm);
    return rhythm;
  }
}
