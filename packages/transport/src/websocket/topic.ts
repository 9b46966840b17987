import type { Cause, Since } from './events.ts';
import { Rhythm } from './rhythm.ts';
import type { Subscription } from './rules.ts';

/** Causes that say little about what keeps the data away. */
const vague: readonly Cause[] = ['start', 'disconnect', 'resubscribe'];

/** What fell silent when a topic did: it alone, its whole channel, or all that the connection carries; narrowest first. */
const scopes = ['topic', 'channel', 'connection'] as const;
export type Scope = (typeof scopes)[number];

/** A silence that went on for too long. */
export interface Silence {
  readonly scope: Scope;
  readonly connection: string;
}

interface Interruption {
  cause: Cause;
  readonly from: number;
  /** Set where it is silence that gave it away. */
  silence: Silence | null;
}

/** A topic that is wanted, over all the connections that bring it. Times in microseconds. */
export class Topic {
  readonly subscription: Subscription;
  /** Since when its data is owed. */
  readonly owedFrom: number;
  readonly rhythm: Rhythm | null;
  /** Only there to prove that the host sends: nobody is told of its data, nor that it is missing. */
  readonly isCanary: boolean;
  lastData: number | null = null;
  /**
   * Until when a sparse topic is known to have lost nothing, though it may have brought nothing: a connection delivers in
   * order, so whatever came after its subscription was heeded shows that there was no message of it before. 0 = not known.
   */
  evidence = 0;
  /** Why and since when its data is missing; null while it flows. */
  interruption: Interruption | null;
  /** How far the watchdog has gone: 0 = all is well. */
  step = 0;
  /** When the watchdog last did something about it. */
  actedAt = 0;
  /** How often the venue closed the connection when asked for it; null = never. Suspects are asked for last. */
  suspicion: number | null = null;

  constructor(subscription: Subscription, now: number, isCanary = false) {
    this.subscription = subscription;
    this.owedFrom = now;
    this.isCanary = isCanary;
    this.rhythm = subscription.sparse === true ? new Rhythm() : null;
    this.interruption = { cause: 'start', from: now, silence: null };
  }

  get name(): string {
    return this.subscription.topic;
  }

  /** The last time that nothing of it was missing; null = never yet. */
  get proven(): number | null {
    if (this.rhythm === null) return this.lastData;
    return this.evidence === 0 ? null : this.evidence;
  }

  /** Since when its data is missing, or would be. */
  get since(): Since {
    const from = this.interruption?.from ?? this.proven ?? this.owedFrom;
    return { topic: this.name, from };
  }

  /**
   * Its data is missing: from its last message on, or for a sparse one from the last evidence.
   * @returns whether that is news.
   */
  interrupt(cause: Cause): boolean {
    if (this.interruption !== null) {
      this.sharpen(cause);
      return false;
    }
    this.interruption = { cause, from: this.since.from, silence: null };
    return true;
  }

  /**
   * It fell silent, so its evidence counts for no longer than there was data of what fell silent: alone, a topic is only
   * believed its own messages.
   * @param heardUntil the last data of the channel or the connection, where it did not fall silent alone (µs); 0 = none
   * @returns whether that is news: that it is missing, or that it is for longer than was told.
   */
  fellSilent(silence: Silence, heardUntil: number): boolean {
    const { interruption } = this;
    const told = this.since.from;
    const from = Math.min(told, Math.max(this.lastData ?? this.owedFrom, Math.min(this.evidence, heardUntil)));
    this.sharpen('silent');
    const before = interruption?.silence ?? null;
    const isNarrower = before?.connection === silence.connection && isWithin(before.scope, silence.scope);
    const narrowest = isNarrower ? { ...silence, scope: before.scope } : silence;
    this.interruption = { cause: interruption?.cause ?? 'silent', from, silence: narrowest };
    this.evidence = from > this.owedFrom ? Math.min(this.evidence, from) : 0;
    return interruption === null || from < told;
  }

  /** Of an interruption whose cause was vague so far, more is known. */
  sharpen(cause: Cause): void {
    const { interruption } = this;
    if (interruption === null || cause === 'resubscribe') return;
    if (vague.includes(interruption.cause)) interruption.cause = cause;
  }
}

function isWithin(scope: Scope, other: Scope): boolean {
  return scopes.indexOf(scope) < scopes.indexOf(other);
}
