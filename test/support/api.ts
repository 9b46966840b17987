import {
  type Api,
  type ApiOptions,
  type ApiServerOptions,
  createApi,
  createToken,
  exchangesOf,
  hashToken,
  onSocket,
  startApiServer,
} from '@feedlake/api';
import { type Config, loadConfig } from '@feedlake/config';
import { Lake, openStore } from '@feedlake/lake';
import { createLogger, type Listening } from '@feedlake/telemetry';
import { onTestFinished } from 'vitest';
import { at, temporaryFolder } from './lake.ts';

/** Noon of 28 March 2026: what the API takes for now, in microseconds. */
export const noon = at('2026-03-28T12:00:00Z');

/** An API on a socket, and what belongs to it. */
export interface ServedApi {
  readonly api: Api;
  readonly server: Listening;
  readonly lake: Lake;
  readonly config: Config;
  readonly tokens: { readonly read: string; readonly write: string; readonly both: string; readonly expired: string };
  /** Lines of the log. */
  readonly lines: string[];
  /** Sends a request with a token (default: one for everything; null: none). */
  ask(path: string, init?: RequestInit & { token?: string | null }): Promise<Response>;
}

export interface ServedApiOptions {
  readonly lake?: Lake;
  readonly settings?: Record<string, unknown>;
  readonly more?: (parts: { lake: Lake; config: Config }) => Partial<ApiOptions>;
  readonly server?: Partial<ApiServerOptions>;
}

/** Serves an API over a lake; it ends with the test. */
export async function servedApi(options: ServedApiOptions = {}): Promise<ServedApi> {
  const tokens = { read: createToken(), write: createToken(), both: createToken(), expired: createToken() };
  const entries = [
    { name: 'reader', sha256: hashToken(tokens.read), scopes: ['read' as const] },
    { name: 'writer', sha256: hashToken(tokens.write), scopes: ['write' as const] },
    {
      name: 'both',
      sha256: hashToken(tokens.both),
      scopes: ['read' as const, 'write' as const],
      expires: '2026-03-29',
    },
    {
      name: 'old',
      sha256: hashToken(tokens.expired),
      scopes: ['read' as const, 'write' as const],
      expires: '2026-03-28',
    },
  ];
  const { config } = loadConfig({
    folder: temporaryFolder(),
    environment: {},
    code: { api: { rate_limit: { per_token: 100_000, per_address: 100_000 }, ...options.settings, tokens: entries } },
  });
  const lake = options.lake ?? new Lake(openStore(temporaryFolder()), { writer: 'test' });
  const lines: string[] = [];
  const api = createApi({
    settings: config.api,
    lake,
    exchanges: exchangesOf(config),
    snapshots: null,
    backfills: null,
    metrics: { contentType: 'text/plain; version=0.0.4; charset=utf-8', text: async () => 'feedlake_up 1\n' },
    logger: createLogger({ stream: { write: (line) => lines.push(line) } }),
    ...onSocket,
    version: '0.0.0',
    now: () => noon,
    ...options.more?.({ lake, config }),
  });
  const server = await startApiServer(api, { host: '127.0.0.1', port: 0, ...options.server });
  onTestFinished(() => server.close());
  return {
    api,
    server,
    lake,
    config,
    tokens,
    lines,
    ask: (path, { token = tokens.both, headers = {}, ...init } = {}) => {
      const authorization: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
      return fetch(`${server.url}${path}`, { ...init, headers: { ...authorization, ...(headers as object) } });
    },
  };
}

/** A request with a JSON body. */
export function json(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
