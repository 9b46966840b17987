import { type ExchangeAdapter, Mapping, type Pages, Reference, replyMapperFor } from '@feedlake/exchanges';
import { type AnyRow, type DatasetName, parseJson } from '@feedlake/schema';
import type { RestReply, RestRequest } from '@feedlake/transport';

/** When the messages of these tests are received: 2026-03-01 00:00:00 UTC, in microseconds. */
export const received = 1_772_323_200_000_000;

export interface Mapped {
  rows: (AnyRow & { dataset: DatasetName })[];
  rejected: string[];
  ignored: string[];
}

/** Maps a WebSocket message, given as JSON text or as a value. */
export function mapMessage(adapter: ExchangeAdapter, message: unknown, reference = new Reference()): Mapped {
  return mapped(adapter, null, reference, (mapping) => adapter.message(asJson(message), mapping));
}

/** Maps the body of the reply to a `GET` of a path. */
export function mapReply(adapter: ExchangeAdapter, path: string, body: unknown, reference = new Reference()): Mapped {
  const request: RestRequest = { method: 'GET', path, costs: {} };
  const mapper = replyMapperFor(adapter, request);
  if (mapper === null) throw new Error(`no mapper for ${path}`);
  return mapped(adapter, request, reference, (mapping) => mapper.map(asJson(body), mapping));
}

function asJson(value: unknown): unknown {
  return parseJson(typeof value === 'string' ? value : JSON.stringify(value));
}

function mapped(
  adapter: ExchangeAdapter,
  request: RestRequest | null,
  reference: Reference,
  map: (mapping: Mapping) => void,
): Mapped {
  const result: Mapped = { rows: [], rejected: [], ignored: [] };
  const origin = { exchange: adapter.id, received, request, reference, symbolOf: adapter.symbolOf };
  map(
    new Mapping(
      { ...origin, source: request === null ? 'live' : 'rest' },
      {
        row: (dataset, row) => result.rows.push({ dataset, ...row }),
        reject: (reason) => result.rejected.push(reason),
        ignore: (reason) => result.ignored.push(reason),
      },
    ),
  );
  return result;
}

/** Runs requests that follow from each other against a function that answers them; gives the requests. */
export function walk(pages: Pages, answer: (path: string, query: URLSearchParams) => unknown): string[] {
  const paths: string[] = [];
  for (let step = pages.next(); !step.done; ) {
    const { path } = step.value;
    paths.push(path);
    if (paths.length > 1000) throw new Error('the walk does not end');
    const [name = '', query = ''] = path.split('?');
    step = pages.next({ value: answer(name, new URLSearchParams(query)), times: [] });
  }
  return paths;
}

/** A reply as the transport hands it to `fault`. */
export function restReply(status: number, body: unknown, headers: Record<string, string> = {}): RestReply {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers, text, value: body, received };
}
