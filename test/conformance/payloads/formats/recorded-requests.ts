import { infoReply, type PayloadLine, reply, streamed } from '../line.ts';
import { parseVerbatim } from '../verbatim.ts';

/** gocryptotrader's `{request: {method, path, query}, response}`; its `.jsonl` files hold bare messages of a stream. */
export function readGoCryptoTrader(text: string, file: string): PayloadLine[] {
  if (file.endsWith('.jsonl')) return nonEmptyLines(text).map((line) => streamed(line));
  const { request, response } = parseVerbatim(text) as {
    request: { path: string; query: string };
    response: unknown;
  };
  const query = request.query === '' ? '' : `?${request.query}`;
  return [reply(`${request.path}${query}`, JSON.stringify(response))];
}

/** Recorded calls of the Hyperliquid SDK: `[{request: {body}, response: {headers, bodyText}}]`, bodies verbatim. */
export function readCassette(text: string): PayloadLine[] {
  const calls = JSON.parse(text) as {
    request: { body: string };
    response: { headers: { date?: string[] }; bodyText: string };
  }[];
  return calls.map(({ request, response }) => {
    const date = response.headers.date?.[0];
    return infoReply(request.body, response.bodyText, date === undefined ? null : new Date(date).toISOString());
  });
}

/**
 * `{request: "GET /path …", status, bodyText}` or `{…, response}`, one document or one a line; other lines are bare
 * messages of a stream. A remark in brackets may follow the request.
 */
export function readRequestLines(text: string, file: string): PayloadLine[] {
  const documents = file.endsWith('.jsonl') ? nonEmptyLines(text) : [text];
  return documents.map((document) => {
    const value = parseVerbatim(document) as { request?: string; bodyText?: string; response?: unknown };
    if (typeof value.request !== 'string') return streamed(document);
    const body = value.bodyText ?? JSON.stringify(value.response);
    const received = receivedAt[file] ?? null;
    const [, method, path = '', sent] = /^(GET|POST) (\S+)(?: (\{.*))?/.exec(value.request) ?? [];
    return method === 'POST' ? infoReply(jsonOr('{}', sent), body, received) : reply(path, body, received);
  });
}

/** The text when it is JSON: some requests were broken on purpose, to see the error. */
function jsonOr(other: string, text = ''): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return other;
  }
}

/** Receipt times that the source gives in words. The kind of Backpack's first funding row depends on it. */
const receivedAt: Readonly<Record<string, string>> = {
  'arbitrage-observatory/backpack/fundingRates_btc_20260923.jsonl': '2026-09-23T03:23:00Z',
};

export function nonEmptyLines(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}
