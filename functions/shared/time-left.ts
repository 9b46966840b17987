import type { Context } from 'aws-lambda';

/** Kept of an invocation's time for storing what came, and for saying so. */
const reserveMs = 10_000;

/**
 * A signal that is aborted shortly before the invocation's time is over.
 * @param reserve milliseconds kept for what is to be done then
 */
export function timeLeft(context: Pick<Context, 'getRemainingTimeInMillis'>, reserve = reserveMs): AbortSignal {
  return AbortSignal.timeout(Math.max(0, context.getRemainingTimeInMillis() - reserve));
}
