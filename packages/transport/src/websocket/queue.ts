import type { Clock } from '../clock.ts';

/** One message as the session got it. */
export interface Message {
  readonly data: Buffer;
  /** When it was received, in microseconds since the epoch. */
  readonly received: number;
  /** Name of the connection that brought it. */
  readonly connection: string;
  readonly topic: string;
}

/** Takes a message. What it returns, where that is a promise, is waited for before the next. */
export type OnMessage = (data: Buffer, received: number, connection: string, topic: string) => unknown;

export interface QueueLimits {
  readonly messages: number;
  readonly bytes: number;
}

export interface QueueOptions {
  readonly limits: QueueLimits;
  readonly clock: Clock;
  readonly onMessage: OnMessage;
  /** The limit is reached (true), or half of it is free again (false). */
  readonly onOverload: (active: boolean) => void;
  /** The consumer threw, or its promise was rejected. The message counts as handled. */
  readonly onError: (error: unknown) => void;
}

/**
 * Hands messages to the consumer one by one, in the order they came: at once where it is ready, else from a queue. The
 * queue takes whatever it is given; reading must stop on `onOverload`, so it holds little more than its limits.
 */
export class MessageQueue {
  readonly #options: QueueOptions;
  #waiting: Message[] = [];
  /** Index of the first in {@link #waiting} that was not handed over. */
  #head = 0;
  #bytes = 0;
  #busy = false;
  #full = false;
  #lag = 0;
  #longestLag = 0;
  #handling: Promise<void> = Promise.resolve();

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  get messages(): number {
    return this.#waiting.length - this.#head;
  }

  /** Size of the messages that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  get full(): boolean {
    return this.#full;
  }

  /** How long the oldest one that waits has waited, or the last one had, in milliseconds. */
  get lagMs(): number {
    const oldest = this.#waiting[this.#head];
    return (oldest === undefined ? this.#lag : this.#options.clock.now() - oldest.received) / 1000;
  }

  get longestLagMs(): number {
    return Math.max(this.#longestLag / 1000, this.lagMs);
  }

  add(data: Buffer, received: number, connection: string, topic: string): void {
    if (this.#busy) {
      this.#waiting.push({ data, received, connection, topic });
      this.#bytes += data.length;
      const { limits } = this.#options;
      if (!this.#full && (this.messages >= limits.messages || this.#bytes >= limits.bytes)) this.#turn(true);
      return;
    }
    this.#lag = 0;
    const handled = this.#handOver(data, received, connection, topic);
    if (handled === null) return;
    this.#busy = true;
    this.#handling = this.#drain(handled);
  }

  /** Waits until all that was given has been handled. */
  settled(): Promise<void> {
    return this.#handling;
  }

  async #drain(first: Promise<unknown>): Promise<void> {
    let handled: Promise<unknown> | null = first;
    for (;;) {
      if (handled !== null) await handled.catch((error: unknown) => this.#options.onError(error));
      const next = this.#take();
      if (next === undefined) break;
      handled = this.#handOver(next.data, next.received, next.connection, next.topic);
    }
    this.#busy = false;
  }

  #take(): Message | undefined {
    const next = this.#waiting[this.#head];
    if (next === undefined) {
      this.#waiting = [];
      this.#head = 0;
      return undefined;
    }
    this.#head++;
    // Cutting the head off each time would copy all that follows.
    if (this.#head > 1024 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    this.#bytes -= next.data.length;
    this.#lag = this.#options.clock.now() - next.received;
    this.#longestLag = Math.max(this.#longestLag, this.#lag);
    const { limits } = this.#options;
    if (this.#full && this.messages <= limits.messages / 2 && this.#bytes <= limits.bytes / 2) this.#turn(false);
    return next;
  }

  /** @returns a promise only where the consumer wants to be waited for. */
  #handOver(data: Buffer, received: number, connection: string, topic: string): Promise<unknown> | null {
    try {
      const result = this.#options.onMessage(data, received, connection, topic);
      return result instanceof Promise ? result : null;
    } catch (error) {
      this.#options.onError(error);
      return null;
    }
  }

  #turn(full: boolean): void {
    this.#full = full;
    this.#options.onOverload(full);
  }
}
