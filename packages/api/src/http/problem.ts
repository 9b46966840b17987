import type { Context } from 'hono';

/** A field of a request that is wrong: `query.from`, `body.symbols.0`, `path.id`, `header.accept`. */
export interface FieldFault {
  readonly field: string;
  readonly message: string;
}

/** What can go wrong, as clients tell it apart; with its status and title. */
const kinds = {
  'invalid-request': [400, 'The request is not valid'],
  unauthorized: [401, 'A valid token is needed'],
  forbidden: [403, 'The token does not allow this'],
  'not-found': [404, 'There is no such thing'],
  'method-not-allowed': [405, 'The method is not offered here'],
  'not-acceptable': [406, 'None of the accepted formats is offered'],
  'too-large': [413, 'The body is too large'],
  'unsupported-media-type': [415, 'The body has to be JSON'],
  'rate-limited': [429, 'Too many requests'],
  internal: [500, 'Something went wrong here'],
  'not-available': [501, 'This instance does not offer it'],
  'exchange-failed': [502, 'The exchange gave nothing'],
  busy: [503, 'Too much to do at once'],
  ended: [503, 'The request was broken off, as its client went or this instance ends'],
  'lake-unavailable': [503, 'The lake can not be read or written at present'],
} as const;

/** One of these; the end of the `type` of an answer. */
export type ProblemKind = keyof typeof kinds;

interface Details {
  /** A sentence about this occurrence. */
  readonly detail?: string;
  readonly errors?: readonly FieldFault[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** A request that can't be answered as asked: thrown anywhere, answered as problem+json (RFC 9457). */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly kind: ProblemKind;
  readonly errors: readonly FieldFault[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(kind: ProblemKind, { detail, errors = [], headers = {}, cause }: Details = {}) {
    super(detail ?? errors.map(({ field, message }) => `${field}: ${message}`).join('; '), { cause });
    this.kind = kind;
    this.errors = errors;
    this.headers = headers;
  }

  get status(): (typeof kinds)[ProblemKind][0] {
    return kinds[this.kind][0];
  }
}

/** A fault of one field. */
export function fieldProblem(field: string, message: string): ProblemError {
  return new ProblemError('invalid-request', { errors: [{ field, message }] });
}

/** The answer to a request that failed. */
export function problemResponse(context: Context, problem: ProblemError): Response {
  const [status, title] = kinds[problem.kind];
  const body = {
    type: `urn:feedlake:problem:${problem.kind}`,
    title,
    status,
    ...(problem.message === '' ? {} : { detail: problem.message }),
    ...(problem.errors.length === 0 ? {} : { errors: problem.errors }),
    request_id: context.get('requestId'),
  };
  return context.body(JSON.stringify(body), status, {
    'content-type': 'application/problem+json',
    ...problem.headers,
  });
}
