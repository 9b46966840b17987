import type { HonoRequest } from 'hono';
import type * as z from 'zod';
import type { RequestSchemas } from '../openapi/operation.ts';
import { invalid } from './errors.ts';
import { fieldProblem, ProblemError } from './problem.ts';

/** What a request brings; undefined where nothing is asked for. */
export interface Input<Query, Path, Body> {
  readonly query: Query;
  readonly path: Path;
  readonly body: Body;
}

/**
 * Reads what a request brings, and validates it.
 * @throws ProblemError that names every field of the first part that is wrong.
 */
export async function inputOf<Query, Path, Body>(
  { query, path, body }: RequestSchemas<Query, Path, Body>,
  request: HonoRequest,
): Promise<Input<Query, Path, Body>> {
  return {
    path: valid('path', path, () => request.param()),
    query: valid('query', query, () => queryOf(request)),
    body: valid('body', body, body === undefined ? () => undefined : await jsonOf(request)),
  };
}

function valid<Value>(
  place: 'query' | 'path' | 'body',
  schema: z.ZodType<Value> | undefined,
  read: () => unknown,
): Value {
  // Whoever asks for nothing has the type undefined for it.
  if (schema === undefined) return undefined as Value;
  const parsed = schema.safeParse(read());
  if (!parsed.success) throw invalid(place, parsed.error);
  return parsed.data;
}

function queryOf(request: HonoRequest): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.queries()).map(([name, [value = '', ...more]]) => {
      if (more.length > 0) throw fieldProblem(`query.${name.slice(0, 64)}`, 'given more than once');
      return [name, value];
    }),
  );
}

const json = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

async function jsonOf(request: HonoRequest): Promise<() => unknown> {
  if (!json.test(request.header('content-type') ?? '')) throw new ProblemError('unsupported-media-type');
  const text = await request.text();
  return () => {
    try {
      return JSON.parse(text);
    } catch {
      throw fieldProblem('body', 'not JSON');
    }
  };
}
