import type { Fault, FaultKind } from '../fault.ts';
import { utcTime } from '../utc-time.ts';

const states: Partial<Record<FaultKind, string>> = { rate_limited: 'rate limited', banned: 'banned' };
/** A ban longer than this is not waited for: whoever asks is told at once. */
const longestBanWaitMs = 30_000;

/** How long to wait for a fault of a kind to end before giving up, in milliseconds. */
export function longestWaitMs(kind: FaultKind, maxWaitMs: number): number {
  return kind === 'banned' ? Math.min(longestBanWaitMs, maxWaitMs) : maxWaitMs;
}

/** A fault that ends at a known time (µs), saying so: `rate limited until 2026-11-03T08:00:00Z: …`. */
export function untilFault(fault: Fault, until: number): Fault {
  const state = states[fault.kind] ?? 'not available';
  return { ...fault, message: `${state} until ${utcTime(until)}: ${fault.message}`, retryAt: until };
}
