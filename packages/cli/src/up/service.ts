import {
  type ScheduledSnapshot,
  Scheduler,
  SnapshotJobs,
  type SnapshotReport,
  Streamer,
  StreamReport,
} from '@feedlake/collector';
import { type Config, milliseconds } from '@feedlake/config';
import { Lake, openStore } from '@feedlake/lake';
import { type Listening, type Logger, Metrics, startHealthServer, statusOf } from '@feedlake/telemetry';
import type { Instance } from '../instance/instance.ts';
import { startApi, type UpApi } from './api.ts';
import { publishHealth } from './cloudwatch.ts';
import type { Plan } from './plan.ts';
import { scheduleLog } from './schedule-log.ts';
import { Venues } from './venues.ts';

export interface ServiceOptions {
  readonly config: Config;
  readonly plan: Plan;
  readonly instance: Instance;
  readonly logger: Logger;
  readonly version: string;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Streams, scheduled snapshots, health and, where the settings say so, the API, at work. */
export interface Service {
  readonly report: StreamReport;
  readonly health: Listening;
  /** Null where it is not enabled. */
  readonly api: UpApi | null;
  /**
   * Ends it: what was received goes into the lake.
   * @returns whether all of it is there; what is not stays on disk for the next start.
   */
  close(): Promise<boolean>;
}

/**
 * Starts what the settings ask for.
 * @throws ListenError, StoreError, VenueSettingsError; nothing is left running then.
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { config, plan, instance, logger, version, signal } = options;
  const metrics = new Metrics();
  const report = new StreamReport({ config, version });
  metrics.watchStreams(() => report.readings());
  const health = await startHealthServer({ ...config.health, read: () => report.health(), metrics, logger });
  const venues = new Venues(config, logger, metrics);
  const lake = new Lake(openStore(config.lake), { writer: config.streamer.writer });
  const venueOf = (id: string) => venues.of(id);
  const stopMs = milliseconds(config.streamer.stop_timeout);
  let streamer: Streamer | null = null;
  let api: UpApi | null = null;
  let stopPublishing: (() => void) | null = null;
  try {
    await instance.serves(health.url);
    if (config.api.enabled) {
      const status = () => statusOf(report.health());
      api = await startApi({ config, lake, venueOf, health: status, metrics, logger, version });
    }
    if (plan.streamed.length > 0) {
      const { onGap, onSealed } = report;
      streamer = await Streamer.open({ config, exchanges: plan.streamed, logger, metrics, onGap, onSealed });
    }
    const work = new SnapshotJobs({ lake, venueOf });
    const snapshots = plan.jobs.length === 0 ? null : openSnapshots(options, work, report);
    report.watch(streamer, snapshots?.scheduler ?? null);
    streamer?.start();
    if (config.cloudwatch.enabled) stopPublishing = publishHealth(config, () => report.health());
    const catchingUp = snapshots?.start(instance.afterCrash ? 'crash' : 'shutdown', signal);
    return {
      report,
      health,
      api,
      async close() {
        const others = Promise.all([snapshots?.close(), api?.close()]).then(() => venues.close());
        const [complete = true] = await Promise.all([streamer?.close(stopMs), others, catchingUp]);
        stopPublishing?.();
        report.close();
        await health.close();
        return complete;
      },
    };
  } catch (error) {
    await api?.close();
    await streamer?.close();
    await venues.close();
    stopPublishing?.();
    report.close();
    await health.close();
    throw error;
  }
}

interface Snapshots {
  readonly scheduler: Scheduler<SnapshotReport>;
  /** Accounts for the time since the last run, whose end had this cause, and begins. */
  start(cause: string, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

function openSnapshots({ plan, logger }: ServiceOptions, work: SnapshotJobs, report: StreamReport): Snapshots {
  const log = scheduleLog(logger);
  const scheduler = new Scheduler({
    jobs: plan.jobs,
    work,
    logger,
    onEvent: (event) => {
      report.onSchedule(event);
      log(event);
    },
  });
  const account = async (job: ScheduledSnapshot, cause: string) => {
    const { exchange, dataset } = job;
    try {
      await work.recordDowntime(job, cause);
    } catch (error) {
      logger.error(
        { exchange, dataset, error },
        `${exchange} ${dataset}: the time since the last run is not accounted for`,
      );
    }
  };
  return {
    scheduler,
    async start(cause, signal) {
      await Promise.all(plan.jobs.map((job) => account(job, cause)));
      if (!signal.aborted) scheduler.start();
    },
    close: () => scheduler.stop(),
  };
}
