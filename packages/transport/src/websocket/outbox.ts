import type { Clock } from '../clock.ts';
import type { Rate } from './rules.ts';

export interface OutboxOptions {
  readonly rate: Rate;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly send: (frame: string) => void;
}

/** Frames on their way to a venue, evenly spaced by its rate, in the order they were given. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #spacing: number;
  readonly #frames: { make: () => string | null; holdMs: number }[] = [];
  #nextAt = 0;
  #sending = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#spacing = (options.rate.seconds * 1e6) / options.rate.count;
  }

  /**
   * @param make called when the frame's turn has come; null = it is not needed any more
   * @param holdMs how long nothing else is sent after it, at least
   */
  add(make: () => string | null, holdMs = 0): void {
    this.#frames.push({ make, holdMs });
    this.#start();
  }

  /** Before all that wait. */
  addFirst(frame: string): void {
    this.#frames.unshift({ make: () => frame, holdMs: 0 });
    this.#start();
  }

  #start(): void {
    if (this.#sending) return;
    this.#sendAll().catch((error: unknown) => {
      if (!this.#options.signal.aborted) throw error;
    });
  }

  async #sendAll(): Promise<void> {
    const { clock, signal, send } = this.#options;
    this.#sending = true;
    while (this.#frames.length > 0) {
      const waitMs = Math.ceil((this.#nextAt - clock.now()) / 1000);
      if (waitMs > 0) await clock.delay(waitMs, signal);
      signal.throwIfAborted();
      const next = this.#frames.shift();
      const frame = next?.make() ?? null;
      if (next === undefined || frame === null) continue;
      send(frame);
      this.#nextAt = clock.now() + Math.max(this.#spacing, next.holdMs * 1000);
    }
    this.#sending = false;
  }
}
