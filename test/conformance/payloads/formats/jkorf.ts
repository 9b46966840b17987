import { strictJson } from '../lenient.ts';
import { infoReply, type PayloadLine, reply, streamed } from '../line.ts';

interface Recording {
  readonly request?: { method: string; path: string };
  readonly responseText?: string;
  readonly script?: string;
}

/** `{request, responseText}` with lenient JSON, or `{script}` of a connection. */
export function readJkorf(text: string, file: string): PayloadLine[] {
  const { request, responseText = '', script } = JSON.parse(text) as Recording;
  if (script !== undefined) return script.split(/^(?=[<>=] )/m).flatMap(received);
  const body = strictJson(responseText);
  if (request?.method === 'POST') return [infoReply(infoBodies[file.split('/').at(-1) ?? ''] ?? '{}', body)];
  return [reply(request?.path ?? '', body)];
}

/** `> ` is what the client sent; `< ` its answer, with `|n|` for the id that it echoes; `= ` what the venue pushed. */
function received(part: string): PayloadLine[] {
  if (part.startsWith('>')) return [];
  return [streamed(strictJson(part.slice(1)).replace(/\|(\d+)\|/g, '$1'))];
}

/** The recordings of Hyperliquid keep the path, which is always the same, but not the body that was sent. */
const infoBodies: Readonly<Record<string, string>> = {
  'GetAssetInfo.json': '{"type":"tokenDetails"}',
  'GetExchangeInfo.json': '{"type":"meta"}',
  'GetExchangeInfoAndTickers.json': '{"type":"metaAndAssetCtxs"}',
  'GetKlines.json': '{"type":"candleSnapshot","req":{"coin":"@107","interval":"1d"}}',
  'GetOrderBook.json': '{"type":"l2Book","coin":"@107"}',
  'GetPrices.json': '{"type":"allMids"}',
};
