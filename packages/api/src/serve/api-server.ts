import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { type Listening, listening } from '@feedlake/telemetry';
import type { Context } from 'hono';
import type { Api } from '../create-api.ts';
import type { ApiOptions } from '../options.ts';

export interface ApiServerOptions {
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  /** How long things may take, in milliseconds. */
  readonly timeouts?: Partial<ApiTimeouts>;
}

interface ApiTimeouts {
  /** Until the headers of a request are there. */
  readonly headers: number;
  /** Until all of a request is there. */
  readonly request: number;
  /** Without a byte in either direction. */
  readonly idle: number;
}

const usual: ApiTimeouts = { headers: 10_000, request: 20_000, idle: 60_000 };
/** Headers in all; a cursor stands in the first line. */
const longestHead = 32_768;
const mostConnections = 256;

/** What an API on a socket is made with: how it knows and breaks off its connections. */
export const onSocket: Pick<ApiOptions, 'addressOf' | 'breakOff'> = {
  addressOf: (context) => socketOf(context)?.remoteAddress ?? 'unknown',
  breakOff: (context) => socketOf(context)?.destroy(),
};

function socketOf(context: Context): Socket | undefined {
  const { incoming } = (context.env ?? {}) as { incoming?: { socket?: Socket } };
  return incoming?.socket;
}

/**
 * Serves an API on a socket; it is to be made with {@link onSocket}. Whoever sends too slowly, or takes an answer too slowly, is cut off.
 * @throws ListenError when the address can't be listened on.
 */
export async function startApiServer(api: Api, { host, port, timeouts }: ApiServerOptions): Promise<Listening> {
  const { headers, request, idle } = { ...usual, ...timeouts };
  // Who answers events of Lambda needs no server.
  const { getRequestListener } = await import('@hono/node-server');
  const server = createServer(
    {
      headersTimeout: headers,
      requestTimeout: request,
      connectionsCheckingInterval: Math.min(1000, request),
      keepAliveTimeout: 5000,
      maxHeaderSize: longestHead,
    },
    // The global Request and Response stay those of Node: others in the process work with them.
    getRequestListener(api.fetch, { overrideGlobalObjects: false }),
  );
  server.maxConnections = mostConnections;
  server.setTimeout(idle);
  return listening(server, 'api', { host, port });
}
