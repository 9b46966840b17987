import type { Hono } from 'hono';
import type { Guard } from '../access/guard.ts';
import type { ApiExchange } from '../exchanges.ts';
import type { ApiEnvironment } from '../http/environment.ts';
import { fieldProblem, ProblemError } from '../http/problem.ts';
import type { Gate } from '../limits/gate.ts';
import type { AnyOperation } from '../openapi/operation.ts';
import type { ApiOptions } from '../options.ts';

/** What the routes are made with. */
export interface Routes {
  readonly app: Hono<ApiEnvironment>;
  /** What the OpenAPI document describes. */
  readonly operations: AnyOperation[];
  readonly options: ApiOptions;
  readonly guard: Guard;
  /** For answers that read the lake. */
  readonly reads: Gate;
  /** For what asks exchanges. */
  readonly fetches: Gate;
  /** See {@link ApiOptions.patienceMs}. */
  readonly patienceMs: number;
  /** Microseconds. */
  readonly now: () => number;
}

/** So long a client that was turned away should wait, in seconds. */
const busySeconds = 5;

/**
 * Waits for a place.
 * @returns gives it back
 * @throws ProblemError where too many wait already, or it took too long.
 */
export async function enter(gate: Gate, signal: AbortSignal): Promise<() => void> {
  const leave = await gate.enter(signal);
  if (leave === null) throw new ProblemError('busy', { headers: { 'retry-after': String(busySeconds) } });
  return leave;
}

/** Works with a place, and gives it back. */
export async function inside<Result>(gate: Gate, signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  const leave = await enter(gate, signal);
  try {
    return await work();
  } finally {
    leave();
  }
}

/** Aborted when a client goes, or the app ends. */
export function signalOf({ options }: Routes, request: Request): AbortSignal {
  return options.signal === undefined ? request.signal : AbortSignal.any([request.signal, options.signal]);
}

/** An exchange of the settings. @throws ProblemError that names the field where there is none of that id. */
export function exchangeOf({ options }: Routes, field: string, id: string): ApiExchange {
  const found = options.exchanges.find((exchange) => exchange.id === id);
  if (found !== undefined) return found;
  const names = options.exchanges.map((exchange) => exchange.id).join(', ');
  throw fieldProblem(field, `no exchange of the settings; there are ${names}`);
}
