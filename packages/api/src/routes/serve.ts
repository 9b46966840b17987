import type { Context, MiddlewareHandler } from 'hono';
import type { ApiEnvironment } from '../http/environment.ts';
import { type Input, inputOf } from '../http/input.ts';
import type { Operation, RequestSchemas } from '../openapi/operation.ts';
import type { Routes } from './shared.ts';

/** Serves an operation, and has it described in the document: access is checked first, then what the request brings. */
export function serve<Query = undefined, Path = undefined, Body = undefined>(
  { app, guard, operations }: Routes,
  operation: Operation<Query, Path, Body>,
  answer: (context: Context<ApiEnvironment>, input: Input<Query, Path, Body>) => Response | Promise<Response>,
): void {
  const { method, path, access, request } = operation;
  let schemas: RequestSchemas<Query, Path, Body> | null = null;
  operations.push(operation);
  const checked: MiddlewareHandler<ApiEnvironment> = access === 'open' ? guard.open() : guard.allows(...access);
  app.on(method.toUpperCase(), path.replaceAll(/\{(\w+)\}/g, ':$1'), checked, async (context) => {
    schemas ??= request?.() ?? {};
    return answer(context, await inputOf(schemas, context.req));
  });
}
