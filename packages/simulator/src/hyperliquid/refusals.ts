import { page, text } from '../http/reply.ts';
import type { Refusals, Reply } from '../venue.ts';

const json = 'application/json';

/** A well-formed body that is none of the known requests. */
export const undeserialisable: Reply = text(422, 'Failed to deserialize the JSON body into the target type');
export const unparsable: Reply = text(400, 'Failed to parse the request body as JSON');
export const wrongContentType: Reply = text(415, 'Expected request with `Content-Type: application/json`');
export const wrongMethod: Reply = { status: 405, contentType: json, body: '' };
/** The answer to a coin or dex that does not exist: a server error by its status, and not transient. */
export const unknownName: Reply = { status: 500, contentType: json, body: 'null' };
/** The answer to an unknown coin's book. */
export const nothing: Reply = { status: 200, contentType: json, body: 'null' };
export const notFound: Reply = { status: 404, contentType: json, body: '' };

export const hyperliquidRefusals: Refusals = {
  rateLimited: () => ({ status: 429, contentType: json, body: 'null' }),
  banned: () => ({ status: 429, contentType: json, body: 'null' }),
  unavailable: (_at, status) => page(status, `${status} Service Unavailable`, 'The request could not be satisfied.'),
};
