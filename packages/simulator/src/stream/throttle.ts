import { second } from '@feedlake/schema';
import type { Task } from './scheduler.ts';

interface Waiting {
  readonly text: string;
  readonly sent: (written: boolean) => void;
}

/** How often what may pass is let through, in microseconds. */
const beat = second / 10;

/** Holds back what is sent to one connection, so that it comes at so many bytes a second of the simulation. */
export class Throttle implements Task {
  due: number;
  readonly #perBeat: number;
  readonly #stands: () => boolean;
  readonly #outlet: { write(text: string): boolean; done(): void };
  #waiting: Waiting[] = [];
  #credit = 0;

  /** @param stands whether it still holds; when it does not, all that waits is let through. */
  constructor(
    bytesPerSecond: number,
    now: number,
    stands: () => boolean,
    outlet: { write(text: string): boolean; done(): void },
  ) {
    this.#perBeat = (bytesPerSecond * beat) / second;
    this.#stands = stands;
    this.#outlet = outlet;
    this.due = now + beat;
  }

  /** @param sent told when it was written, or that it never will be. */
  push(text: string, sent: (written: boolean) => void): void {
    this.#waiting.push({ text, sent });
  }

  run(): void {
    const free = !this.#stands();
    this.#credit += this.#perBeat;
    let count = 0;
    for (const { text, sent } of this.#waiting) {
      if (!free && this.#credit < text.length) break;
      this.#credit -= text.length;
      sent(this.#outlet.write(text));
      count += 1;
    }
    this.#waiting = this.#waiting.slice(count);
    if (this.#waiting.length === 0) this.#credit = Math.min(this.#credit, this.#perBeat);
    this.due = free ? Number.POSITIVE_INFINITY : this.due + beat;
    if (free) this.#outlet.done();
  }

  /** Gives up what waits. */
  abandon(): void {
    for (const { sent } of this.#waiting.splice(0)) sent(false);
  }
}
