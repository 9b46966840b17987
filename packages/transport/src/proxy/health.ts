import { hour, minute } from '@feedlake/schema';

/** One setback is forgiven for each stretch of this length that it is well (µs). */
const forgivenAfter = 10 * minute;
const longestRest = hour;
/** More of them change nothing: the rest is as long as it gets. */
const mostSetbacks = 7;
/** A probe that nothing is heard of frees the proxy for another after this long (µs). */
const probeLapse = minute;

/** How one proxy fares at one exchange. Times in microseconds. */
export class ProxyHealth {
  #setbacks = 0;
  #wellSince = 0;
  #demoted = false;
  #probeAt = 0;
  #probing = false;
  /** Counts what happened to it: what was begun before the last of it is old news. */
  #era = 0;

  /** Whether it is left alone, but for probes and where nothing else is left. */
  get demoted(): boolean {
    return this.#demoted;
  }

  /** When it may be probed; 0 while it is well. */
  get probeAt(): number {
    return this.#demoted ? this.#probeAt : 0;
  }

  /** Between 0 and 1: half as much with each setback that is not forgiven yet. */
  score(now: number): number {
    return 2 ** -this.#unforgiven(now);
  }

  isUsable(now: number): boolean {
    return now >= this.probeAt;
  }

  /** Begins to use it: where it is due for a probe, this is the probe. Gives the ticket to report with. */
  enter(now: number): number {
    if (this.#demoted && now >= this.#probeAt) {
      this.#probing = true;
      this.#probeAt = now + probeLapse;
    }
    return this.#era;
  }

  holds(ticket: number): boolean {
    return ticket === this.#era;
  }

  /** @returns whether it is well again by that. */
  succeeded(ticket: number, now: number): boolean {
    if (!this.#demoted || !this.holds(ticket)) return false;
    this.#demoted = false;
    this.#probing = false;
    this.#wellSince = now;
    this.#era++;
    return true;
  }

  /**
   * It rests. A failure while it rests, of someone who had no other left, makes that no longer.
   * @param rest how long after the first setback; it doubles with each that is not forgiven yet
   * @param until a time before which it is of no use
   */
  failed(now: number, rest: number, until = 0): void {
    const isSetback = !this.#demoted || this.#probing;
    if (isSetback) {
      this.#setbacks = Math.min(mostSetbacks, this.#unforgiven(now) + 1);
      this.#probeAt = now + Math.min(longestRest, rest * 2 ** (this.#setbacks - 1));
    }
    this.#probeAt = Math.max(until, this.#probeAt);
    this.#demoted = true;
    this.#probing = false;
    this.#era++;
  }

  #unforgiven(now: number): number {
    if (this.#demoted) return this.#setbacks;
    return Math.max(0, this.#setbacks - Math.floor((now - this.#wellSince) / forgivenAfter));
  }
}
