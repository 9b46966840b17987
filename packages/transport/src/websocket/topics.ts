import type { Fault } from '../fault.ts';
import type { Cause, SessionEvent } from './events.ts';
import { Rhythm } from './rhythm.ts';
import type { Subscription } from './rules.ts';
import { Topic } from './topic.ts';

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

  get size(): number {
    return this.#topics.size;
  }

  /** Rhythms of the channels that have sparse topics. */
  get channels(): ReadonlyMap<string, Rhythm> {
    return this.#channels;
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

  remove(names: readonly string[]): void {
    for (const name of names) this.#topics.delete(name);
  }

  received(name: string, at: number, connection: string): void {
    const topic = this.#topics.get(name);
    if (topic === undefined) return;
    if (topic.interruption !== null) this.#resumed(topic, at, connection);
    topic.lastData = at;
    topic.step = 0;
    if (topic.rhythm === null) return;
    topic.rhythm.heard(at);
    this.#channel(topic).heard(at);
  }

  /**
   * The subscription of a sparse topic was heeded at `from`, and the connection has brought something at `until`: no
   * message of the topic was lost in between.
   */
  proved(topic: Topic, from: number, until: number, connection: string): void {
    const { interruption } = topic;
    // The connection that a topic fell silent on proves nothing for it.
    if (interruption?.cause === 'silent' && interruption.connection === connection) return;
    topic.evidence = until;
    if (interruption !== null) this.#resumed(topic, Math.max(from, interruption.from), connection);
  }

  /** Data of these topics is missing, see {@link Topic.interrupt}. */
  interrupted(topics: readonly Topic[], cause: Cause, at: number, connection: string | null = null): void {
    const news = topics.filter((topic) => topic.interrupt(cause, connection)).map(({ since }) => since);
    if (news.length > 0) this.#emit({ kind: 'interrupted', at, cause, topics: news });
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
    this.#emit({ kind: 'refused', at, topics: known.map(({ name }) => name), fault });
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

  #resumed(topic: Topic, to: number, connection: string): void {
    const { interruption, name } = topic;
    if (interruption === null) return;
    topic.interruption = null;
    topic.rhythm?.interrupted();
    const { cause, from } = interruption;
    this.#emit({ kind: 'resumed', at: to, cause, topic: name, from, to, connection });
  }

  #channel({ subscription: { channel } }: Topic): Rhythm {
    const known = this.#channels.get(channel);
    if (known !== undefined) return known;
    const rhythm = new Rhythm();
    this.#channels.set(channel, rhythm);
    return rhythm;
  }
}
