import type { Fault, FaultKind, RestReply } from '@feedlake/transport';
import { type JsonObject, objectOf, textOf } from '../value.ts';

/** What ccxt's classes of errors stand for; a class that is not here is what its nearest ancestor is. */
const kinds: Readonly<Record<string, FaultKind | 'not_offered'>> = {
  BaseError: 'bad_request',
  NotSupported: 'not_offered',
  BadSymbol: 'bad_symbol',
  BadResponse: 'malformed',
  AuthenticationError: 'auth',
  RestrictedLocation: 'geo_blocked',
  NetworkError: 'network',
  RequestTimeout: 'timeout',
  ExchangeNotAvailable: 'maintenance',
  DDoSProtection: 'rate_limited',
  RateLimitExceeded: 'rate_limited',
};

/** What an error of ccxt's stands for; null when it is none of ccxt's. */
export function kindOfError(error: unknown): FaultKind | 'not_offered' | null {
  if (!(error instanceof Error)) return null;
  for (let type: object | null = Object.getPrototypeOf(error); type !== null; type = Object.getPrototypeOf(type)) {
    const kind = kinds[type.constructor.name];
    if (kind !== undefined) return kind;
  }
  return null;
}

/** The part of one of ccxt's exchanges that finds errors in replies; throws them. */
export interface ErrorHandler {
  handleErrors(
    status: number,
    reason: string,
    url: string,
    method: string,
    headers: object,
    body: string,
    response: unknown,
    requestHeaders: object,
    requestBody: string | undefined,
  ): unknown;
}

/**
 * These statuses mean the same everywhere, whatever the body says: many of ccxt's exchanges hide a block or a limit
 * behind a general error.
 */
const plainStatuses = [401, 403, 407, 408, 418, 429, 451];

/** What ccxt finds wrong with a reply, where its status leaves that open; null = nothing. */
export function faultInReply(
  exchange: ErrorHandler,
  reply: RestReply,
  request: { readonly method: string; readonly path: string; readonly body?: string },
): Fault | null {
  const { status, headers, text, value } = reply;
  if (plainStatuses.includes(status) || status >= 500 || typeof value !== 'object' || value === null) return null;
  try {
    exchange.handleErrors(status, '', request.path, request.method, headers, text, value, {}, request.body);
    return null;
  } catch (error) {
    const kind = kindOfError(error);
    if (kind === null || kind === 'not_offered') return null;
    return { kind, message: wordsIn(objectOf(value)) ?? wordsOfError(error) };
  }
}

/** Fields in which exchanges put their words, and those with the code that goes with them. */
const wordFields = ['msg', 'message', 'retMsg', 'label', 'error', 'err_msg', 'err-msg', 'error_message'];
const codeFields = ['code', 'retCode', 'err_code', 'err-code'];

function wordsIn(body: JsonObject | null): string | null {
  const word = wordFields.map((name) => textOf(body?.[name])).find((text) => text !== null);
  const code = codeFields.map((name) => textOf(body?.[name])).find((text) => text !== null);
  return word === undefined ? null : `${word}${code === undefined ? '' : ` (${code})`}`;
}

/** One line in ccxt's words: they may hold a whole reply. */
export function wordsOfError(error: unknown): string {
  const line = (error instanceof Error ? error.message : String(error)).replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
