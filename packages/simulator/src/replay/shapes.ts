import type { VenueId } from '../venue.ts';
import { inferRequest, inferUniverse } from './infer.ts';
import { parametersOf, type Recording } from './recording.ts';

/** Where a record was found, and what its folder or manifest says of it. */
export interface Origin {
  readonly file: string;
  /** Null where only the record itself can tell. */
  readonly venue: VenueId | null;
  readonly doubt: number;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The recording in one record, in any of the shapes that recorders write:
 *
 * | record | from |
 * |---|---|
 * | `{venue, request, status, headers, body or bodyText}` | the simulator's own format |
 * | `{request: {method, path, query, body?}, response}` | mock servers |
 * | `{request: {method, uri, body}, response: {status: {code}, headers, bodyText}}` | cassettes |
 * | `{request: "GET /path?query" or "POST /info {…}", status, bodyText or response}` | notes |
 * | `{request: {method, path}, responseText}` | test data of clients |
 * | `{url, body}` | captures |
 * | anything else | a bare reply: the request is told from its fields |
 *
 * @param text the record as it stands in the file: a bare reply is sent byte for byte.
 * @returns null where it is no reply of a venue.
 */
export function recordingOf(record: unknown, text: string, origin: Origin): Recording | null {
  if (!isFields(record)) return bare(record, text, origin);
  if (record.request === undefined && typeof record.url !== 'string') return bare(record, text, origin);
  const reply = replyOf(record);
  const asked = requestOf(record);
  if (reply === null || asked === null) return null;
  const venue = venueNamed(record.venue) ?? venueNamed(asked.host) ?? origin.venue ?? venueOfPath(asked.path);
  if (venue === null) return null;
  const inferred = asked.complete ? null : infer(venue, parsed(reply.text));
  if (!asked.complete && inferred === null) return null;
  return {
    venue,
    method: asked.method,
    path: asked.path,
    parameters: inferred?.parameters ?? parametersOf(asked.query, asked.body),
    requestKnown: asked.complete,
    requestBody: asked.body.startsWith('{') && parsed(asked.body) !== undefined ? '' : asked.body,
    ...reply,
    file: origin.file,
    doubt: origin.doubt,
  };
}

function bare(record: unknown, text: string, origin: Origin): Recording | null {
  const inferred = origin.venue === null ? null : infer(origin.venue, record);
  if (origin.venue === null || inferred === null) return null;
  return {
    venue: origin.venue,
    ...inferred,
    requestKnown: false,
    requestBody: '',
    status: 200,
    contentType: 'application/json',
    headers: {},
    text,
    file: origin.file,
    doubt: origin.doubt,
  };
}

function infer(venue: VenueId, body: unknown) {
  return (venue === 'hyperliquid' ? inferUniverse(body) : null) ?? inferRequest(venue, body);
}

type RecordedReply = Pick<Recording, 'status' | 'contentType' | 'headers' | 'text'>;

function replyOf(record: Fields): RecordedReply | null {
  const nested = isFields(record.response) && typeof record.response.bodyText === 'string' ? record.response : record;
  const value = nested.bodyText ?? record.responseText;
  const unquoted = record.response ?? record.body;
  if (typeof value !== 'string' && (unquoted === undefined || unquoted === null)) return null;
  const headers = flatHeaders(nested.headers);
  const status = isFields(nested.status) ? nested.status.code : nested.status;
  const contentType = record.contentType ?? headers['content-type'] ?? 'application/json';
  return {
    status: typeof status === 'number' ? status : 200,
    contentType: String(contentType),
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !perConnection.has(name))),
    text: typeof value === 'string' ? value : JSON.stringify(unquoted),
  };
}

/** Headers that belong to the recorded connection and not to the reply. */
const perConnection = new Set([
  'content-type',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'connection',
  'date',
]);

function flatHeaders(headers: unknown): Record<string, string> {
  if (!isFields(headers)) return {};
  const entries = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    String(Array.isArray(value) ? value[0] : value),
  ]);
  return Object.fromEntries(entries);
}

interface Asked {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
  /** Whether all of the request was recorded. */
  readonly complete: boolean;
}

function requestOf({ request, url }: Fields): Asked | null {
  if (typeof url === 'string') return target('GET', url, '', true);
  if (typeof request === 'string') {
    const [, method = 'GET', address = '', rest = ''] = /^([A-Z]+) (\S+)\s*(.*)$/s.exec(request) ?? [];
    return target(method, address, rest.startsWith('{') ? rest : '', rest === '' || /^[{(]/.test(rest));
  }
  if (!isFields(request)) return null;
  const { method, uri, path, query, body } = request;
  const address = String(uri ?? request.url ?? path ?? '');
  const full = typeof query === 'string' && query !== '' ? `${address}?${query}` : address;
  const complete = query !== undefined || body !== undefined || full.includes('?');
  return target(String(method ?? 'GET'), full, textOf(body), complete);
}

function textOf(body: unknown): string {
  if (body === undefined || body === null) return '';
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function target(method: string, address: string, body: string, complete: boolean): Asked | null {
  if (!/^(\/|https?:)/.test(address)) return null;
  const url = new URL(address, 'http://recorded');
  const host = url.host === 'recorded' ? '' : url.host;
  return { method, host, path: url.pathname, query: url.search.slice(1), body, complete };
}

const names: Readonly<Record<string, VenueId>> = {
  binance: 'binance',
  'binance-usdm': 'binance',
  'fapi.binance.com': 'binance',
  bybit: 'bybit',
  'bybit-linear': 'bybit',
  'api.bybit.com': 'bybit',
  hyperliquid: 'hyperliquid',
  'api.hyperliquid.xyz': 'hyperliquid',
  backpack: 'backpack',
  'api.backpack.exchange': 'backpack',
};

/** The venue of a name, an id of a data set or a host; null where it is none of the four. */
export function venueNamed(name: unknown): VenueId | null {
  return typeof name === 'string' ? (names[name] ?? null) : null;
}

function venueOfPath(path: string): VenueId | null {
  if (path.startsWith('/fapi/') || path.startsWith('/futures/data/')) return 'binance';
  if (path.startsWith('/v5/')) return 'bybit';
  return path === '/info' ? 'hyperliquid' : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
