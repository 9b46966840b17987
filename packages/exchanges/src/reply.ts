import { parseJson } from '@feedlake/schema';
import type { RestRequest } from '@feedlake/transport';
import type { ExchangeAdapter, ReplyMapper } from './adapter.ts';
import { objectOf } from './value.ts';

/** The mapper for the replies to a request, or null when the adapter has none. */
export function replyMapperFor(
  adapter: ExchangeAdapter,
  request: Pick<RestRequest, 'method' | 'path' | 'body'>,
): ReplyMapper | null {
  const path = request.path.split('?')[0] ?? '';
  const type = request.body === undefined ? undefined : objectOf(parseJson(request.body))?.type;
  return (
    adapter.replies.find(
      (mapper) =>
        mapper.method === request.method &&
        mapper.paths.includes(path) &&
        (mapper.type === undefined || mapper.type === type),
    ) ?? null
  );
}
