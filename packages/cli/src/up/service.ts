import {
  openVenue,
  type ScheduledSnapshot,
  Scheduler,
  SnapshotJobs,
  type SnapshotReport,
  Streamer,
  StreamReport,
  type Venue,
} from '@feedlake/collector';
import type { Config } from '@feedlake/config';
import { Lake, openStore } from '@feedlake/lake';
import { type HealthServer, type Logger, Metrics, startHealthServer } from '@feedlake/telemetry';
import type { Instance } from '../instance/instance.ts';
import type { Plan } from './plan.ts';
import { scheduleLog } from './schedule-log.ts';

export interface ServiceOptions {
  readonly config: Config;
  readonly plan: Plan;
  readonly instance: Instance;
  readonly logger: Logger;
  readonly version: string;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Streams, scheduled snapshots and health, at work. */
export interface Service {
  readonly report: StreamReport;
  readonly health: HealthServer;
  /**
   * Ends it: what was received goes into the lake.
   * @returns whether all of it is there; what is not stays on disk for the next start.
   */
  close(): Promise<boolean>;
}

/**
 * Starts what the settings ask for.
 * @throws HealthServerError, StoreError, VenueSettingsError; nothing is left running then.
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { config, plan, instance, logger, version, signal } = options;
  const metrics = new Metrics();
  const report = new StreamReport({ config, version });
  metrics.watchStreams(() => report.readings());
  const health = await startHealthServer({ ...config.health, read: () => report.health(), metrics, logger });
  let streamer: Streamer | null = null;
  try {
    await instance.serves(health.url);
    if (plan.streamed.length > 0) {
      const { onGap, onSealed } = report;
      streamer = await Streamer.open({ config, exchanges: plan.streamed, logger, metrics, onGap, onSealed });
    }
    const snapshots = plan.jobs.length === 0 ? null : openSnapshots(options, metrics, report);
    report.watch(streamer, snapshots?.scheduler ?? null);
    streamer?.start();
    const catchingUp = snapshots?.start(instance.afterCrash ? 'crash' : 'shutdown', signal);
    return {
      report,
      health,
      async close() {
        const [complete = true] = await Promise.all([streamer?.close(), snapshots?.close(), catchingUp]);
        report.close();
        await health.close();
        return complete;
      },
    };
  } catch (error) {
    await streamer?.close();
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

function openSnapshots({ config, plan, logger }: ServiceOptions, metrics: Metrics, report: StreamReport): Snapshots {
  const end = new AbortController();
  const venues = new Map<string, Venue>();
  const venueOf = (id: string) => {
    const venue = venues.get(id) ?? openVenue(config, id, logger, end.signal, { metrics });
    venues.set(id, venue);
    return venue;
  };
  const lake = new Lake(openStore(config.lake), { writer: config.streamer.writer });
  const work = new SnapshotJobs({ lake, venueOf });
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
    async close() {
      await scheduler.stop();
      end.abort(new Error('the snapshots were ended'));
      await Promise.all([...venues.values()].map((venue) => venue.close()));
    },
  };
}
