import type { Clock } from '../clock.ts';
import type { Fault } from '../fault.ts';

export type BreakerState = 'closed' | 'open' | 'half_open';

export interface BreakerOptions {
  /** So many faults in a row open it. */
  readonly threshold: number;
  /** How long it stays open the first time, in milliseconds; it doubles with every probe that fails. */
  readonly openMs: number;
  readonly maxOpenMs: number;
  readonly clock: Clock;
  /** Told of every change, with the fault that opened it. */
  readonly onChange: (state: BreakerState, fault: Fault | null) => void;
}

/**
 * A circuit breaker: after a row of faults it lets nothing through for a while, then one request as a probe, whose
 * outcome closes it or opens it again for longer.
 */
export class CircuitBreaker {
  readonly #options: BreakerOptions;
  #state: BreakerState = 'closed';
  /** Counts the changes of state. */
  #era = 0;
  #faults = 0;
  #openings = 0;
  #probeAt = 0;
  #lastFault: Fault | null = null;
  #outcome = Promise.withResolvers<void>();

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** When the next probe may go (µs); meaningful while open. */
  get probeAt(): number {
    return this.#probeAt;
  }

  /** The fault that opened it last. */
  get lastFault(): Fault | null {
    return this.#lastFault;
  }

  /** How often it has opened since it was last closed. */
  get openings(): number {
    return this.#openings;
  }

  /**
   * Asks to send a request.
   * @returns null when it may not go; else a ticket with which to report {@link succeeded}, {@link failed} or
   * {@link gaveUp}.
   */
  enter(): number | null {
    if (this.#state === 'half_open') return null;
    if (this.#state === 'open') {
      if (this.#options.clock.now() < this.#probeAt) return null;
      this.#change('half_open');
    }
    return this.#era;
  }

  /** Waits until a probe may go, or until the one that is under way has its outcome. */
  async changed(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    if (this.#state === 'half_open') {
      const aborted = Promise.withResolvers<never>();
      const abort = () => aborted.reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      await Promise.race([this.#outcome.promise, aborted.promise]).finally(() =>
        signal.removeEventListener('abort', abort),
      );
    } else if (this.#state === 'open') {
      await clock.delay(Math.max(0, Math.ceil((this.#probeAt - clock.now()) / 1000)), signal);
    }
  }

  /** The host answered, whoever asked. */
  succeeded(): void {
    this.#faults = 0;
    this.#openings = 0;
    if (this.#state !== 'closed') this.#change('closed');
  }

  /** The host did not do its work. What was sent before the last change of state is old news. */
  failed(fault: Fault, ticket: number): void {
    if (ticket !== this.#era) return;
    this.#faults++;
    this.#lastFault = fault;
    if (this.#state === 'half_open' || this.#faults >= this.#options.threshold) {
      const { clock, openMs, maxOpenMs } = this.#options;
      this.#probeAt = clock.now() + 1000 * Math.min(maxOpenMs, openMs * 2 ** this.#openings);
      this.#openings++;
      this.#change('open');
    }
  }

  /** The request ended without a word on the host: a probe may be tried again at once. */
  gaveUp(ticket: number): void {
    if (ticket === this.#era && this.#state === 'half_open') this.#move('open');
  }

  #change(state: BreakerState): void {
    this.#move(state);
    this.#options.onChange(state, this.#lastFault);
  }

  #move(state: BreakerState): void {
    this.#state = state;
    this.#era++;
    this.#outcome.resolve();
    this.#outcome = Promise.withResolvers();
  }
}
