import type { Clock } from '../clock.ts';
import type { Fault, FaultKind } from '../fault.ts';
import { Outbox } from './outbox.ts';
import type { Incoming, WebSocketRules } from './rules.ts';

/** Where a venue does not answer subscriptions, so long after a frame a refusal is still about it. */
export const settleMs = 1_000;
/** When a frame is tried again that was refused for a passing reason. */
const retryMs = 5_000;
/** However long the venue says. */
const longestRetryMs = 600_000;
/** What stays refused however often it is asked for. */
const lasting: readonly FaultKind[] = ['bad_symbol', 'bad_request', 'auth'];

export interface SubscriberOptions {
  readonly rules: WebSocketRules;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly send: (frame: string) => void;
  /** A frame that subscribes to these topics was sent. */
  readonly onSent: (topics: readonly string[]) => void;
  readonly onRefused: (topics: readonly string[], fault: Fault) => void;
  /** The venue did not take a frame with these topics; most of them are asked for again. */
  readonly onPutOff: (topics: readonly string[]) => void;
}

export interface Suspects {
  readonly topics: readonly string[];
  /** Whether the venue has accepted anything on this connection. */
  readonly proven: boolean;
}

interface Frame {
  readonly subscribes: boolean;
  topics: readonly string[];
}

/**
 * Asks for topics on one connection, in the venue's batches and pace, and finds out which of them a refusal is about:
 * by what the venue says, else by asking for each half of the frame on its own.
 */
export class Subscriber {
  readonly #options: SubscriberOptions;
  readonly #outbox: Outbox;
  /** Sent and not answered yet, by id, oldest first. */
  readonly #open = new Map<number, Frame>();
  readonly #dropped = new Set<string>();
  #lastId = 0;
  #accepted = false;

  constructor(options: SubscriberOptions) {
    this.#options = options;
    const { rules, clock, signal, send } = options;
    this.#outbox = new Outbox({ rate: rules.limits.frames, clock, signal, send });
  }

  /** What the venue should have answered for next: to blame, maybe, where it ended the connection instead. */
  get suspects(): Suspects {
    const [oldest] = this.#options.rules.acknowledges ? this.#open.values() : [];
    return { topics: oldest?.topics ?? [], proven: this.#accepted };
  }

  subscribe(topics: readonly string[]): void {
    for (const topic of topics) this.#dropped.delete(topic);
    this.#queue(topics, true);
  }

  unsubscribe(topics: readonly string[]): void {
    this.#queue(topics, false);
  }

  /** Where they were not asked for yet, they won't be. */
  drop(topics: readonly string[]): void {
    for (const topic of topics) this.#dropped.add(topic);
  }

  ping(frame: string): void {
    this.#outbox.addFirst(frame);
  }

  /** @returns the topics that are subscribed to from here on: accepted, and nothing that was sent later is about them */
  acknowledged({ id, topics }: Extract<Incoming, { kind: 'ack' }>): readonly string[] {
    this.#accepted = true;
    if (topics !== null) return topics.filter((topic) => this.#settled(topic));
    const key = this.#keyOf(id, null);
    const frame = key === undefined ? undefined : this.#open.get(key);
    if (key === undefined || frame === undefined) return [];
    this.#open.delete(key);
    return frame.subscribes ? frame.topics.filter((topic) => !this.#isOpenAfter(topic, key)) : [];
  }

  /** @returns false when it can't be told what was refused. */
  refused({ id, topics, fault }: Extract<Incoming, { kind: 'refused' }>): boolean {
    const key = this.#keyOf(id, topics);
    const frame = key === undefined ? undefined : this.#open.get(key);
    if (key !== undefined) this.#open.delete(key);
    if (frame === undefined && topics === null) return false;
    if (frame !== undefined && !frame.subscribes) return true;
    const asked = frame?.topics ?? [];
    this.#options.onPutOff(asked);
    const named = topics ?? (asked.length === 1 ? asked : null);
    if (!lasting.includes(fault.kind)) this.#askLater(asked, fault);
    else if (named === null) this.#askHalves(asked);
    else {
      this.#options.onRefused(named, fault);
      this.#queue(
        asked.filter((topic) => !named.includes(topic)),
        true,
      );
    }
    return true;
  }

  #queue(topics: readonly string[], subscribes: boolean): void {
    const { topicsPerFrame } = this.#options.rules.limits;
    for (let at = 0; at < topics.length; at += topicsPerFrame) {
      this.#ask(topics.slice(at, at + topicsPerFrame), subscribes);
    }
  }

  #ask(batch: readonly string[], subscribes: boolean): void {
    const { rules, onSent } = this.#options;
    const make = () => {
      const topics = subscribes ? batch.filter((topic) => !this.#dropped.has(topic)) : batch;
      if (topics.length === 0) return null;
      const id = ++this.#lastId;
      // What was not refused before the next frame goes out is settled.
      if (!rules.acknowledges) this.#open.clear();
      this.#open.set(id, { subscribes, topics });
      if (subscribes) onSent(topics);
      return subscribes ? rules.subscribe(topics, id) : rules.unsubscribe(topics, id);
    };
    this.#outbox.add(make, rules.acknowledges ? 0 : settleMs);
  }

  #askHalves(topics: readonly string[]): void {
    const half = Math.ceil(topics.length / 2);
    this.#ask(topics.slice(0, half), true);
    this.#ask(topics.slice(half), true);
  }

  #askLater(topics: readonly string[], { retryAt = 0 }: Fault): void {
    const { clock, signal } = this.#options;
    const waitMs = Math.min(longestRetryMs, Math.max(retryMs, Math.ceil((retryAt - clock.now()) / 1000)));
    clock.delay(waitMs, signal).then(
      () => this.#queue(topics, true),
      () => {},
    );
  }

  /** A topic was accepted by name: that is about the oldest frame that asks for it, and settles what was sent before. */
  #settled(topic: string): boolean {
    const asking = [...this.#open].find(([, frame]) => frame.subscribes && frame.topics.includes(topic));
    const last = asking?.[0] ?? 0;
    for (const [key, frame] of this.#open) {
      if (key > last) break;
      frame.topics = frame.topics.filter((one) => one !== topic);
      if (frame.topics.length === 0) this.#open.delete(key);
    }
    return !this.#isOpenAfter(topic, last);
  }

  #isOpenAfter(topic: string, key: number): boolean {
    return [...this.#open].some(([later, { topics }]) => later > key && topics.includes(topic));
  }

  /** The open frame that an answer is about: by its id, by a topic in it, else the oldest, as venues answer in order. */
  #keyOf(id: number | null, topics: readonly string[] | null): number | undefined {
    if (id !== null) return this.#open.has(id) ? id : undefined;
    const entries = [...this.#open];
    const found =
      topics === null ? entries[0] : entries.find(([, frame]) => topics.some((t) => frame.topics.includes(t)));
    return found?.[0];
  }
}
