import * as z from 'zod';
import type { ResponseDescription } from './operation.ts';

/** An answer that says what is wrong (RFC 9457). */
const problem = () =>
  z
    .object({
      type: z.string().meta({
        description: 'Which kind of problem; programs go by it',
        example: 'urn:feedlake:problem:invalid-request',
      }),
      title: z.string().meta({ description: 'What this kind of problem is, in words' }),
      status: z.int().meta({ description: 'The status of the answer' }),
      detail: z.string().optional().meta({ description: 'What is wrong with this request' }),
      errors: z
        .array(
          z.object({
            field: z.string().meta({ example: 'query.from' }),
            message: z.string(),
          }),
        )
        .optional()
        .meta({ description: 'The fields that are wrong' }),
      request_id: z.string().meta({ description: 'Also in the log of the server' }),
    })
    .meta({ id: 'Problem' });

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

/** The responses of problems. They are thrown, whatever handler it is. */
export function problems(...statuses: readonly number[]): Record<number, ResponseDescription> {
  const content = { 'application/problem+json': problem() };
  return Object.fromEntries(statuses.map((status) => [status, { description: descriptions[status] ?? '', content }]));
}
