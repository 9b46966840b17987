import { isoTime, now, second } from '@feedlake/schema';
import type { Logger } from '@feedlake/telemetry';
import type { RestReply } from './request.ts';

/** A clock that is this far from an exchange's is wrong: headers tell seconds, and caches add some. */
const tolerance = 10 * second;
/** So often it is said. */
const pauseMs = 3_600_000;

/**
 * Holds the clock of this machine against the time that an exchange's replies tell (`Date`, RFC 9110, section 6.6.1; `Age`, RFC
 * 9111, section 5.1): what is recorded is filed by it.
 */
export class ClockCheck {
  readonly #exchange: string;
  readonly #logger: Logger;
  #said = Number.NEGATIVE_INFINITY;

  constructor(exchange: string, logger: Logger) {
    this.#exchange = exchange;
    this.#logger = logger;
  }

  /** @param ms What it took from the request to the end of the reply: somewhere in between the exchange told the time. */
  note({ headers }: RestReply, ms: number): void {
    const age = /^\d{1,9}$/.test(headers.age ?? '') ? Number(headers.age) * second : 0;
    const told = Date.parse(headers.date ?? '') * 1000 + age;
    if (Number.isNaN(told)) return;
    const time = now();
    const ahead = time - ms * 1000 - told;
    const behind = told - time;
    // By another clock: this one may be set back.
    const elapsed = performance.now();
    if (Math.max(ahead, behind) <= tolerance || elapsed - this.#said < pauseMs) return;
    this.#said = elapsed;
    const seconds = Math.round(Math.max(ahead, behind) / second);
    const where = ahead > behind ? 'ahead' : 'behind';
    this.#logger.warn(
      { exchange: this.#exchange, seconds: ahead > behind ? seconds : -seconds },
      `the clock of this machine is ${seconds} s ${where}: ${this.#exchange} says it is ${isoTime(told)}. Set it right, as what is recorded goes by it`,
    );
  }
}
