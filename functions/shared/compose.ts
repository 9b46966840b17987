import { type Config, environment } from '@feedlake/config';
import { Lake, openStore } from '@feedlake/lake';
import { createLogger, EmbeddedMetrics, type Logger } from '@feedlake/telemetry';
import * as z from 'zod';

/** What a function works with. All of it lives as long as the process that Lambda keeps. */
export interface Composition {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: EmbeddedMetrics;
  readonly lake: Lake;
}

/**
 * Puts a function together.
 * @param settings a {@link Config} as JSON: read and validated when the function was deployed, see infra/function-settings.ts
 * @param cacheBytes See {@link Lake}.
 */
export function compose(settings: { readonly json: string }, cacheBytes = 0): Composition {
  // zod would compile code for what is checked once.
  z.config({ jitless: true });
  const config = JSON.parse(settings.json) as Config;
  // Lambda takes what is written to standard output line by line.
  const logger = createLogger({ level: config.log.level, format: 'json', stream: process.stdout });
  const { namespace, stage } = config.cloudwatch;
  return {
    config,
    logger,
    metrics: new EmbeddedMetrics({ namespace, stage }),
    lake: new Lake(openStore(config.lake), { writer: writerOf(environment()), cacheBytes }),
  };
}

/** Unique among the processes that run at the same time: each has a log stream of its own. */
function writerOf({ AWS_LAMBDA_FUNCTION_NAME: name, AWS_LAMBDA_LOG_STREAM_NAME: stream }: NodeJS.ProcessEnv): string {
  return `lambda ${name ?? 'function'} ${stream?.split(']').at(-1) ?? process.pid}`;
}
