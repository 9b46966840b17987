import {
  type ExchangeAdapter,
  Mapping,
  nativeAdapters,
  type Page,
  type Pages,
  Reference,
  replyMapperFor,
} from '@feedlake/exchanges';
import { type AnyRow, type DatasetName, parseIsoTime, parseJson } from '@feedlake/schema';
import type { RestRequest } from '@feedlake/transport';

/** The native adapter of an exchange. */
export function adapterOf(exchange: string): ExchangeAdapter {
  const adapter = nativeAdapters[exchange];
  if (adapter === undefined) throw new Error(`no native adapter for ${exchange}`);
  return adapter;
}

/** What a message or reply became. */
export interface Mapped {
  readonly rows: { dataset: DatasetName; row: AnyRow }[];
  readonly rejected: string[];
  readonly ignored: string[];
  /** The rows of one dataset, without the columns that every row has. */
  of(dataset: DatasetName): AnyRow[];
}

interface Circumstances {
  /** When it was received, ISO; a quarter past some hour by default. */
  received?: string;
  reference?: Reference;
}

/** Maps one WebSocket message, given as JSON text or as the value to be written as JSON. */
export function mapMessage(adapter: ExchangeAdapter, message: unknown, circumstances: Circumstances = {}): Mapped {
  return map(adapter, null, circumstances, (mapping) => adapter.message(parsed(message), mapping));
}

/** Maps the body of a reply, given as JSON text or as the value to be written as JSON. */
export function mapReply(
  adapter: ExchangeAdapter,
  request: Omit<RestRequest, 'costs'>,
  body: unknown,
  circumstances: Circumstances = {},
): Mapped {
  const mapper = replyMapperFor(adapter, request);
  if (mapper === null) throw new Error(`no mapper for ${request.path} ${request.body}`);
  return map(adapter, { ...request, costs: {} }, circumstances, (mapping) => mapper.map(parsed(body), mapping));
}

function parsed(value: unknown): unknown {
  return parseJson(typeof value === 'string' ? value : JSON.stringify(value));
}

function map(
  adapter: ExchangeAdapter,
  request: RestRequest | null,
  { received = '2026-10-05T12:15:00Z', reference = new Reference() }: Circumstances,
  run: (mapping: Mapping) => void,
): Mapped {
  const mapped: Mapped = {
    rows: [],
    rejected: [],
    ignored: [],
    of: (dataset) => mapped.rows.filter((one) => one.dataset === dataset).map(({ row }) => withoutCommon(row)),
  };
  const origin = {
    exchange: adapter.id,
    received: time(received),
    source: request === null ? ('live' as const) : ('rest' as const),
    request,
    reference,
    symbolOf: adapter.symbolOf,
  };
  run(
    new Mapping(origin, {
      row: (dataset, row) => mapped.rows.push({ dataset, row: row as AnyRow }),
      reject: (reason) => mapped.rejected.push(reason),
      ignore: (reason) => mapped.ignored.push(reason),
    }),
  );
  return mapped;
}

function withoutCommon({ exchange: _exchange, ts_recv: _received, source: _source, ...rest }: AnyRow): AnyRow {
  return rest;
}

/** Microseconds of an ISO time. */
export function time(iso: string): number {
  const micros = parseIsoTime(iso);
  if (micros === null) throw new Error(`no time: ${iso}`);
  return micros;
}

/** Walks through pages with a venue that answers each request by a JSON value, and gives the requests that were made. */
export function walk(pages: Pages, answer: (request: RestRequest) => unknown, atMost = 50): RestRequest[] {
  const requests: RestRequest[] = [];
  let step = pages.next();
  while (!step.done) {
    requests.push(step.value);
    if (requests.length > atMost) throw new Error(`still paging after ${atMost} requests`);
    const page: Page = { value: parsed(answer(step.value)), times: [] };
    step = pages.next(page);
  }
  return requests;
}
