import type { Fact } from '../venue.ts';
import type { Task } from './scheduler.ts';

/** How long a venue takes from what happens to the message about it, in microseconds. */
export const transit = 2000;

/** What a venue says on one topic: messages at their times, from a start on and for ever. */
export interface Feed extends Task {
  /** Given before the first run: takes each message. `owed` is false for what the venue leaves out by its own rules. */
  listen(emit: (text: string, owed: boolean) => void): void;
  /** What a message states, row by row; from its text, so that it is what was said and nothing else. */
  facts(text: string): Fact[];
  /**
   * What a client that subscribes now is told first. Absent = nothing.
   * @param at the venue's time, in microseconds.
   */
  opening?(at: number): readonly Opening[];
}

/** A message for one subscriber alone. */
export interface Opening {
  /** `snapshot`: a state that the feed goes on from; `replay`: events of the past. */
  readonly kind: 'snapshot' | 'replay';
  readonly text: string;
}

type Facts = (text: string) => Fact[];

/** A feed that speaks at regular times, and only where there is something to say. */
export class PeriodicFeed implements Feed {
  due: number;
  readonly facts: Facts;
  readonly opening?: (at: number) => readonly Opening[];
  readonly #period: number;
  readonly #delay: number;
  readonly #say: (time: number, at: number) => string | null;
  #emit: (text: string, owed: boolean) => void = () => {};

  /**
   * @param options.after messages later than this, in microseconds.
   * @param options.delay from the regular time to the message.
   * @param options.say the message about a regular time, sent at `at`; null = none.
   */
  constructor(options: {
    readonly period: number;
    readonly after: number;
    readonly delay?: number;
    say(time: number, at: number): string | null;
    readonly facts: Facts;
    opening?(at: number): readonly Opening[];
  }) {
    this.#period = options.period;
    this.#delay = options.delay ?? transit;
    this.#say = options.say;
    this.facts = options.facts;
    if (options.opening !== undefined) this.opening = options.opening;
    this.due = (Math.floor((options.after - this.#delay) / this.#period) + 1) * this.#period + this.#delay;
  }

  listen(emit: (text: string, owed: boolean) => void): void {
    this.#emit = emit;
  }

  run(): void {
    const at = this.due;
    this.due += this.#period;
    const text = this.#say(at - this.#delay, at);
    if (text !== null) this.#emit(text, true);
  }
}

/** What happens in a market, one after the other. */
export interface Cursor<Event> {
  /** When the next event happens. */
  readonly due: number;
  take(): Event;
}

/** A feed that tells events as they happen, in one message each or in several. */
export class EventFeed<Event> implements Feed {
  readonly facts: Facts;
  readonly opening?: (at: number) => readonly Opening[];
  readonly #cursor: Cursor<Event>;
  readonly #say: (event: Event, at: number) => readonly string[];
  #emit: (text: string, owed: boolean) => void = () => {};

  constructor(options: {
    /** Its first event must be later than the start, less {@link transit}. */
    readonly cursor: Cursor<Event>;
    say(event: Event, at: number): readonly string[];
    readonly facts: Facts;
    opening?(at: number): readonly Opening[];
  }) {
    this.#cursor = options.cursor;
    this.#say = options.say;
    this.facts = options.facts;
    if (options.opening !== undefined) this.opening = options.opening;
  }

  get due(): number {
    return this.#cursor.due + transit;
  }

  listen(emit: (text: string, owed: boolean) => void): void {
    this.#emit = emit;
  }

  run(): void {
    const at = this.due;
    for (const text of this.#say(this.#cursor.take(), at)) this.#emit(text, true);
  }
}
