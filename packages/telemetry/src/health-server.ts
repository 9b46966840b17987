import type { HealthReport } from './health-report.ts';
import { type Listening, listening } from './listening.ts';
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
 * @throws ListenError when the address can't be listened on.
 */
export async function startHealthServer(options: HealthServerOptions): Promise<Listening> {
  // Most of what logs serves nothing: it need not load a web framework, nor Node's own, which brings half of its web APIs.
  const { createServer } = await import('node:http');
  const { healthListener } = await import('./health-listener.ts');
  const server = createServer(healthListener(options));
  return listening(server, 'health', options);
}
