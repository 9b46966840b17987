import type { Dispatcher } from 'undici';
import type { Clock } from '../clock.ts';
import { acceptEncoding, bodyValue, decodeBody } from './body.ts';
import type { RestReply, RestRequest } from './request.ts';

export interface SendOptions {
  readonly dispatcher: Dispatcher;
  /** The host's base URL, without a slash at its end. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** For the whole exchange, from connecting to the last byte, in milliseconds. */
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** No whole reply within the time allowed for one attempt. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/** A reply, and how many bytes its body took on the wire. */
export interface Sent {
  readonly reply: RestReply;
  readonly bytes: number;
}

/**
 * Sends one request, once, and reads the whole reply, whatever its status. Redirects are not followed.
 * @throws DeadlineError, BodyError, an error of undici or of the connection, or the signal's reason.
 */
export async function send(request: RestRequest, options: SendOptions): Promise<Sent> {
  const { signal, timeoutMs } = options;
  const ended = new AbortController();
  const timer = setTimeout(() => ended.abort(new DeadlineError(`no whole reply within ${timeoutMs} ms`)), timeoutMs);
  const abort = () => ended.abort(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([exchange(request, options, ended.signal), rejection(ended.signal)]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

/** undici heeds a signal only once it has a connection, so that a deadline during connecting needs a race of its own. */
function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

async function exchange(request: RestRequest, options: SendOptions, signal: AbortSignal): Promise<Sent> {
  const url = new URL(options.baseUrl + request.path);
  const response = await options.dispatcher.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method: request.method,
    headers: {
      accept: 'application/json',
      'accept-encoding': acceptEncoding,
      'user-agent': 'feedlake',
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
      ...request.headers,
    },
    body: request.body ?? null,
    signal,
  });
  const headers = flatHeaders(response.headers);
  const bytes = await readBody(response.body);
  const contentType = headers['content-type'] ?? '';
  const text = await decodeBody(bytes, headers['content-encoding'] ?? '', options.maxBodyBytes);
  const value = bodyValue(contentType, text);
  const reply = { status: response.statusCode, headers, text, value, received: options.clock.now() };
  return { reply, bytes: bytes.length };
}

async function readBody(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}

function flatHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, [value].flat().join(', ')]],
    ),
  );
}
