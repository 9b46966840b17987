import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HealthReport } from './health-report.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

export interface HealthServerOptions {
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  /** Asked at every request. */
  readonly read: () => HealthReport;
  readonly metrics: Metrics;
  readonly logger?: Logger;
}

/** A server that says how the process fares, and its figures. */
export interface HealthServer {
  /** Address that it listens on. */
  readonly host: string;
  readonly port: number;
  /** `http://host:port`. */
  readonly url: string;
  /** Ends it, and every connection to it, at once. */
  close(): Promise<void>;
}

/** The address can't be listened on; the message says which setting to change. */
export class HealthServerError extends Error {
  override readonly name = 'HealthServerError';
  readonly setting: 'health.host' | 'health.port';

  constructor(setting: 'health.host' | 'health.port', explanation: string, cause: unknown) {
    super(`${setting}: ${explanation}`, { cause });
    this.setting = setting;
  }
}

/**
 * Serves, to GET and HEAD:
 *
 * | path | what |
 * |---|---|
 * | `/health` | the report as JSON; 503 when the process is failing |
 * | `/health/live` | 200 while it is worth to go on, else 503 |
 * | `/health/ready` | 200 once it works and nothing keeps it from working, else 503 |
 * | `/metrics` | its figures in Prometheus' text format |
 *
 * @throws HealthServerError when the address can't be listened on.
 */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const { host, port } = options;
  // Most of what logs serves nothing: it need not load a web framework, nor Node's own, which brings half of its web APIs.
  const { createServer } = await import('node:http');
  const { healthListener } = await import('./health-listener.ts');
  const server = createServer(healthListener(options));
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
      return new HealthServerError(
        'health.port',
        `port ${port} of ${host} is taken, perhaps by another instance; choose another, or 0 for any free one`,
        error,
      );
    case 'EACCES':
      return new HealthServerError('health.port', `port ${port} is not for this user; choose one above 1023`, error);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return new HealthServerError(
        'health.host',
        `${host} is no address of this machine; 127.0.0.1 serves this machine alone, 0.0.0.0 everyone`,
        error,
      );
    default:
      return error;
  }
}
