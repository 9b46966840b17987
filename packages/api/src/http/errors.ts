import { expectation } from '@feedlake/config';
import type { Logger } from '@feedlake/telemetry';
import type { Context, ErrorHandler, Hono } from 'hono';
import type { z } from 'zod';
import type { ApiEnvironment } from './environment.ts';
import { ProblemError, type ProblemKind, problemResponse } from './problem.ts';

/** A validation that failed: names every field that is wrong. What was given is not repeated. */
export function invalid(place: 'query' | 'path' | 'body', error: z.core.$ZodError): ProblemError {
  const errors = error.issues.flatMap((issue) => {
    const path = [place, ...issue.path.map(String)];
    if (issue.code !== 'unrecognized_keys') return [{ field: path.join('.'), message: wording(issue) }];
    return issue.keys.map((key) => ({ field: [...path, key.slice(0, 64)].join('.'), message: 'unknown; remove it' }));
  });
  return new ProblemError('invalid-request', { errors });
}

/** The library's own words begin so. */
const ofLibrary = /^(?:Invalid|Too|Unrecognized)\b/;

/** What is wrong with a field, in our schemas' words where they have some. */
function wording(issue: z.core.$ZodIssue): string {
  return ofLibrary.test(issue.message) ? `expected ${expectation(issue)}` : issue.message;
}

/** What is nobody's doing but ours. */
const faults: ReadonlySet<ProblemKind> = new Set(['internal', 'lake-unavailable']);

/** Turns whatever was thrown into an answer; what is neither the client's doing nor the end's (`signal`) is logged. */
export function onError(logger: Logger, signal: AbortSignal | undefined): ErrorHandler<ApiEnvironment> {
  return (error, context) => {
    const isOver = error === signal?.reason || error === context.req.raw.signal.reason || error.name === 'AbortError';
    const problem = isOver ? new ProblemError('ended') : problemOf(error);
    if (faults.has(problem.kind)) {
      const fields = { request_id: context.get('requestId'), error: problem.cause ?? error };
      logger.error(
        fields,
        `${problem.kind}: ${problem.cause instanceof Error ? problem.cause.message : error.message}`,
      );
    }
    return problemResponse(context, problem);
  };
}

function problemOf(error: Error): ProblemError {
  if (error instanceof ProblemError) return error;
  // By its name: it may come from another thread. Its message names places that are not everybody's business.
  if (error.name === 'StoreError') {
    return new ProblemError('lake-unavailable', { headers: { 'retry-after': '10' }, cause: error });
  }
  return new ProblemError('internal', { cause: error });
}

/** What is not there, and what is there for another method. */
export function notFound(app: Hono<ApiEnvironment>) {
  const patterns = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  return (context: Context<ApiEnvironment>): Response => {
    if (patterns.size === 0) {
      for (const { path, method } of app.routes) {
        if (method === 'ALL' || path.includes('*')) continue;
        const pattern = new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`);
        const known = patterns.get(path) ?? { pattern, methods: new Set() };
        known.methods.add(method);
        if (method === 'GET') known.methods.add('HEAD');
        patterns.set(path, known);
      }
    }
    const found = [...patterns.values()].filter(({ pattern }) => pattern.test(context.req.path));
    const methods = [...new Set(found.flatMap((one) => [...one.methods]))];
    if (methods.length === 0) return problemResponse(context, new ProblemError('not-found'));
    return problemResponse(context, new ProblemError('method-not-allowed', { headers: { allow: methods.join(', ') } }));
  };
}
