import { z } from '@hono/zod-openapi';

/** An answer that says what is wrong (RFC 9457). */
const problem = z
  .object({
    type: z.string().openapi({
      description: 'Which kind of problem; programs go by it',
      example: 'urn:feedlake:problem:invalid-request',
    }),
    title: z.string().openapi({ description: 'What this kind of problem is, in words' }),
    status: z.int().openapi({ description: 'The status of the answer' }),
    detail: z.string().optional().openapi({ description: 'What is wrong with this request' }),
    errors: z
      .array(
        z.object({
          field: z.string().openapi({ example: 'query.from' }),
          message: z.string(),
        }),
      )
      .optional()
      .openapi({ description: 'The fields that are wrong' }),
    request_id: z.string().openapi({ description: 'Also in the log of the server' }),
  })
  .openapi('Problem');

const descriptions: Readonly<Record<number, string>> = {
  400: 'A field is wrong; `errors` names it',
  401: 'No valid token',
  403: 'The token lacks the scope',
  404: 'No such thing',
  406: 'None of the formats in `Accept` is offered',
  413: 'The body is too large',
  415: 'The body is not JSON',
  429: 'Too many requests; `Retry-After` tells how long to wait',
  500: 'Something went wrong here',
  501: 'This instance does not offer it',
  502: 'The exchange gave nothing; `detail` says why',
  503: 'Busy, or the lake can not be reached; `Retry-After` tells how long to wait',
};

/** What every operation with a token may answer besides. */
export const usualProblems = [400, 401, 403, 429, 500, 503] as const;

/** The responses of problems. They are thrown, so that no handler has to have their types. */
export function problems(...statuses: readonly number[]): object {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: descriptions[status] ?? '',
        content: { 'application/problem+json': { schema: problem } },
      },
    ]),
  );
}
