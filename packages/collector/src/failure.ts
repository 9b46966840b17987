import { NotOfferedError } from '@feedlake/exchanges';
import { VenueError } from '@feedlake/transport';

/** Something that did not come, and why; the rest did. */
export interface Failure {
  readonly exchange: string;
  /** What it is about: a symbol, or null for the whole exchange. */
  readonly symbol: string | null;
  /** One line for people. */
  readonly message: string;
  /** The class of the fault (see FaultKind), `bad_symbol`, `not_offered`, or `internal`. */
  readonly kind: string;
}

/** The failure that an error stands for. Aborts are not failures: they are thrown on. */
export function failureOf(exchange: string, symbol: string | null, error: unknown, signal: AbortSignal): Failure {
  if (signal.aborted) throw error;
  if (error instanceof VenueError) return { exchange, symbol, message: error.fault.message, kind: error.kind };
  if (error instanceof NotOfferedError) return { exchange, symbol, message: error.message, kind: 'not_offered' };
  return { exchange, symbol, message: error instanceof Error ? error.message : String(error), kind: 'internal' };
}

/** The failure of what did not come in the time that there was. */
export function timeOver(exchange: string, symbol: string | null): Failure {
  return { exchange, symbol, message: 'it did not come in the time that there was', kind: 'timeout' };
}
