import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
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

/** An API on a socket. */
export interface ApiServer {
  readonly host: string;
  readonly port: number;
  /** `http://host:port`. */
  readonly url: string;
  /** Ends it, and every connection to it, at once. */
  close(): Promise<void>;
}

/** The address can't be listened on; the message says which setting to change. */
export class ApiServerError extends Error {
  override readonly name = 'ApiServerError';
}

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
 * @throws ApiServerError when the address can't be listened on.
 */
export async function startApiServer(api: Api, { host, port, timeouts }: ApiServerOptions): Promise<ApiServer> {
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
  await listening(server, host, port);
  const bound = server.address() as AddressInfo;
  const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return {
    host: bound.address,
    port: bound.port,
    url: `http://${name}:${bound.port}`,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

async function listening(server: Server, host: string, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port, exclusive: true }, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    throw addressError(host, port, error);
  }
}

function addressError(host: string, port: number, error: unknown): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new ApiServerError(`api.port: port ${port} of ${host} is taken; choose another, or 0 for any free one`, {
        cause: error,
      });
    case 'EACCES':
      return new ApiServerError(`api.port: port ${port} is not for this user; choose one above 1023`, { cause: error });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return new ApiServerError(
        `api.host: ${host} is no address of this machine; 127.0.0.1 serves this machine alone, 0.0.0.0 everyone`,
        { cause: error },
      );
    default:
      return error;
  }
}
