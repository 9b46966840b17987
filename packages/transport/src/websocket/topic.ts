import type { Cause, Since } from './events.ts';
import { Rhythm } from './rhythm.ts';
import type { Subscription } from './rules.ts';

/** A topic that is wanted, over all the connections that bring it. Times in microseconds. */
export class Topic {
  readonly subscription: Subscription;
  /** Since when its data is owed. */
  readonly owedFrom: number;
  readonly rhythm: Rhythm | null;
  lastData: number | null = null;
  /** Why and since when its data is missing; null while it flows. */
  interruption: { cause: Cause; readonly from: number } | null;
  /** How far the watchdog has gone: 0 = all is well. */
  step = 0;
  /** When the watchdog last did something about it. */
  actedAt = 0;
  /** How often the venue closed the connection when asked for it; null = never. Suspects are asked for last. */
  suspicion: number | null = null;

  constructor(subscription: Subscription, now: number) {
    this.subscription = subscription;
    this.owedFrom = now;
    this.rhythm = subscription.sparse === true ? new Rhythm() : null;
    this.interruption = { cause: 'start', from: now };
  }

  get name(): string {
    return this.subscription.topic;
  }

  get since(): Since {
    return { topic: this.name, from: this.lastData ?? this.owedFrom };
  }

  /** Its data is missing from its last message on. @returns whether that is news. */
  interrupt(cause: Cause): boolean {
    if (this.interruption === null) {
      this.interruption = { cause, from: this.since.from };
      return true;
    }
    this.sharpen(cause);
    return false;
  }

  /** Of an interruption whose cause was vague so far, more is known. */
  sharpen(cause: Cause): void {
    const { interruption } = this;
    if (interruption === null) return;
    if (interruption.cause === 'start' || interruption.cause === 'disconnect') interruption.cause = cause;
  }
}
