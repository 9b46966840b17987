import type { TruthRecord } from './truth.ts';
import type { Fact, VenueId } from './venue.ts';

/** A topic of a stream, for as long as it speaks. */
export interface TruthTopic {
  readonly venue: VenueId;
  /** As the venue names it. */
  readonly name: string;
  /** What a message states; from its text, so that it is what was said and nothing else. */
  facts(text: string): readonly Fact[];
}

/** `sampled-out`: left out by the venue's own rules. */
export type MessageKind = 'stream' | 'snapshot' | 'replay' | 'sampled-out';

/** A message of a stream, as the log takes it. */
export interface StreamMessage {
  readonly topic: TruthTopic;
  readonly kind: MessageKind;
  /** When it was sent or owed, in microseconds. */
  readonly at: number;
  /** Its number on the topic. */
  readonly number: number;
  /** ASCII. */
  readonly text: string;
  readonly sentTo: readonly string[];
}

const smallest = 1000;
const largest = 1_000_000;

/**
 * Messages that came one after the other: their texts as bytes, the rest in columns. So millions of them weigh little, and
 * what they state is only read when somebody asks.
 */
export class TruthSegment {
  #length = 0;
  /** By index: how many connections are still to get a message. */
  readonly #open = new Map<number, number>();
  #texts: Buffer;
  readonly #ends: number[] = [];
  readonly #times: number[] = [];
  readonly #numbers: number[] = [];
  readonly #kinds: MessageKind[] = [];
  readonly #topics: TruthTopic[] = [];
  readonly #sentTo: (readonly string[])[] = [];

  /** @param first the text that must have room. */
  constructor(first: string) {
    this.#texts = Buffer.allocUnsafeSlow(Math.max(smallest, first.length));
  }

  get length(): number {
    return this.#length;
  }

  /** Bytes of text. */
  get bytes(): number {
    return this.#end(this.#length - 1);
  }

  takes(text: string): boolean {
    return this.#end(this.#length - 1) + text.length <= Math.max(largest, this.#texts.length);
  }

  add({ topic, kind, at, number, text, sentTo }: StreamMessage): void {
    const end = this.#end(this.#length - 1);
    if (end + text.length > this.#texts.length) this.#grow(end + text.length);
    this.#ends.push(end + this.#texts.write(text, end, 'latin1'));
    this.#times.push(at);
    this.#numbers.push(number);
    this.#kinds.push(kind);
    this.#topics.push(topic);
    this.#sentTo.push(sentTo);
    this.#length += 1;
  }

  sentTo(index: number): readonly string[] {
    return this.#sentTo[index] ?? [];
  }

  setSentTo(index: number, names: readonly string[]): void {
    this.#sentTo[index] = names;
  }

  /** @param change how many more connections are still to get it, or fewer. */
  countOpen(index: number, change: 1 | -1): void {
    const open = (this.#open.get(index) ?? 0) + change;
    if (open > 0) this.#open.set(index, open);
    else this.#open.delete(index);
  }

  /** The index of the first message that somebody is still to get; the length where there is none. */
  get settled(): number {
    let first = this.#length;
    for (const index of this.#open.keys()) first = Math.min(first, index);
    return first;
  }

  topic(index: number): TruthTopic | null {
    return this.#topics[index] ?? null;
  }

  kind(index: number): MessageKind | null {
    return this.#kinds[index] ?? null;
  }

  /** What the message at an index states. */
  records(index: number): TruthRecord[] {
    const topic = this.topic(index);
    if (topic === null) return [];
    const text = this.#texts.toString('latin1', this.#end(index - 1), this.#end(index));
    const kind = this.#kinds[index] ?? 'stream';
    const about = {
      topic: topic.name,
      message: this.#numbers[index] ?? 0,
      sentTo: this.sentTo(index),
      at: this.#times[index] ?? 0,
      ...(kind === 'sampled-out' ? { kind: 'stream', sampledOut: true as const } : { kind }),
    };
    return topic.facts(text).map((fact) => ({ venue: topic.venue, ...fact, ...about }));
  }

  #grow(needed: number): void {
    const roomier = Buffer.allocUnsafeSlow(Math.min(largest, Math.max(2 * this.#texts.length, needed)));
    this.#texts.copy(roomier);
    this.#texts = roomier;
  }

  #end(index: number): number {
    return this.#ends[index] ?? 0;
  }
}
