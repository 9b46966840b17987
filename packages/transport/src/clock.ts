import { setTimeout } from 'node:timers/promises';
import { now } from '@feedlake/schema';

/** Time as the transport knows it; tests bring their own. */
export interface Clock {
  /** Microseconds since the epoch. */
  now(): number;
  /** Waits so many milliseconds, none where the time is past. Rejects with the signal's reason as soon as that is aborted. */
  delay(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now,
  async delay(ms, signal) {
    try {
      await setTimeout(Math.max(0, ms), undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};
