import type * as z from 'zod';
import type { Scope } from '../access/token-book.ts';

/** One operation of the API: what validates its requests, and what the OpenAPI document says of it. */
export interface Operation<Query, Path, Body> {
  readonly method: 'get' | 'post';
  /** As OpenAPI has it: `/v1/backfills/{id}`. */
  readonly path: string;
  readonly tag: 'rows' | 'about' | 'work' | 'service';
  readonly summary: string;
  readonly description?: string;
  /** Whose tokens it takes: those with one of these scopes; `open`: no token is needed. */
  readonly access: 'open' | readonly Scope[];
  /** Made when it is first asked: a function that starts is asked one thing, and not everything. */
  readonly request?: () => RequestSchemas<Query, Path, Body>;
  /** Answers by status. Made only for the document, which most processes are never asked for. */
  readonly responses: () => Readonly<Record<number, ResponseDescription>>;
}

/** What validates the parts of a request. */
export interface RequestSchemas<Query, Path, Body> {
  readonly query?: z.ZodObject & z.ZodType<Query>;
  readonly path?: z.ZodObject & z.ZodType<Path>;
  /** A body of JSON. */
  readonly body?: z.ZodType<Body>;
}

/** An answer, as the document describes it. */
export interface ResponseDescription {
  readonly description: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** By media type. */
  readonly content: Readonly<Record<string, z.ZodType>>;
}

/** An operation whose types are nobody's business any more. */
export type AnyOperation = Operation<unknown, unknown, unknown>;
