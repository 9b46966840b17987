import { once } from 'node:events';
import { milliseconds } from '@feedlake/config';
import type { Logger } from '@feedlake/telemetry';
import manifest from '../../package.json' with { type: 'json' };
import type { Context } from '../context.ts';
import { exitCode } from '../exit.ts';
import { claimInstance } from '../instance/instance.ts';
import { Display } from '../up/display.ts';
import { planOf } from '../up/plan.ts';
import { type Service, startService } from '../up/service.ts';
import { simulateExchanges } from '../up/simulated.ts';

/** What else ending takes, in milliseconds. */
const endMs = 1_000;

export interface UpOptions {
  readonly simulate?: boolean;
}

/**
 * `feedlake up`: streams, scheduled snapshots, health and the API, until Ctrl-C.
 * @returns the exit code.
 * @throws UsageError when there is nothing to do; AlreadyRunningError, ListenError, StoreError when it can't begin.
 */
export async function upCommand(context: Context, { simulate }: UpOptions): Promise<number> {
  const endSimulation = simulate === true ? await simulateExchanges(context) : null;
  try {
    return await up(context, simulate === true);
  } finally {
    await endSimulation?.();
  }
}

async function up(context: Context, simulated: boolean): Promise<number> {
  const { config, signal, streams } = context;
  const plan = planOf(config);
  const { version } = manifest;
  const display = new Display(context);
  const { logger } = display;
  streams.grantGrace?.(milliseconds(config.streamer.stop_timeout) + endMs);
  const instance = await claimInstance(config.state_dir, {
    writer: config.streamer.writer,
    version,
    lake: config.lake,
  });
  try {
    if (instance.afterCrash) logger.warn({}, 'the last run ended without notice: what it left behind is taken up');
    if (simulated) logger.warn({}, 'SIMULATED: the exchanges are local and their data is invented');
    for (const notice of plan.notices) logger.warn({}, notice);
    const service = await startService({ config, plan, instance, logger, version, signal });
    const { url } = service.health;
    logger.info({ health: `${url}/health`, lake: config.lake, version }, `up: ${url}/health tells how it fares`);
    const api = service.api?.url;
    if (api !== undefined) logger.info({ api }, `the API is at ${api}, and described at ${api}/docs`);
    display.start(() => service.report.health(), { lake: config.lake, url, simulated });
    if (!signal.aborted) await once(signal, 'abort');
    display.end();
    return await ended(service, logger);
  } finally {
    display.end();
    await instance.release();
  }
}

/** Ends it, and says how. */
async function ended(service: Service, logger: Logger): Promise<number> {
  try {
    const complete = await service.close();
    if (complete) logger.info({}, 'ended: what was received is in the lake');
    return complete ? exitCode.ok : exitCode.partial;
  } catch (error) {
    logger.error({ error }, 'it did not end cleanly: what was received and is not in the lake is on disk');
    return exitCode.failed;
  }
}
