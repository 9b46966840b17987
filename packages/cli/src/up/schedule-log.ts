import { type ScheduleEvent, SnapshotFailure, type SnapshotReport } from '@feedlake/collector';
import { isoTime } from '@feedlake/schema';
import type { Logger } from '@feedlake/telemetry';

/** Failures of a snapshot that are named one by one. */
const namedEach = 3;

/** Writes what comes of scheduled snapshots, in plain words; what several of them have to say, once. */
export function scheduleLog(logger: Logger): (event: ScheduleEvent<SnapshotReport>) => void {
  const said = new Set<string>();
  return (event) => log(logger, event, said);
}

function log(logger: Logger, event: ScheduleEvent<SnapshotReport>, said: Set<string>): void {
  const { exchange, dataset } = event.job;
  const what = `${exchange} ${dataset}`;
  switch (event.kind) {
    case 'started':
      logger.debug({ exchange, dataset, slot: isoTime(event.slot) }, `${what}: taking the snapshot`);
      return;
    case 'missed':
      logger.warn(
        { exchange, dataset, from: isoTime(event.from), to: isoTime(event.to) },
        `${what}: snapshots were missed: the gap is recorded`,
      );
      return;
    case 'failed': {
      const { error } = event;
      const message = error instanceof Error ? error.message : String(error);
      const fields = error instanceof SnapshotFailure ? {} : { error };
      logger.error({ exchange, dataset, slot: isoTime(event.slot), ...fields }, `${what}: no snapshot: ${message}`);
      return;
    }
    case 'done':
      done(logger, event, said);
  }
}

type Done = ScheduleEvent<SnapshotReport> & { readonly kind: 'done' };

function done(logger: Logger, { job, slot, ms, result }: Done, said: Set<string>): void {
  const { exchange, dataset } = job;
  const { outcome, rows, failures, rejected, notices } = result;
  for (const notice of notices) {
    if (!said.has(notice)) logger.info({ exchange, dataset }, notice);
    said.add(notice);
  }
  for (const { message } of failures.slice(0, namedEach)) logger.warn({ exchange, dataset }, `${exchange}: ${message}`);
  const lacking = failures.length + rejected.length;
  const fields = { exchange, dataset, slot: isoTime(slot), ms: Math.round(ms), rows, outcome };
  if (lacking > 0) logger.warn({ ...fields, lacking }, `${exchange} ${dataset}: ${rows} rows, ${lacking} did not come`);
  else logger.info(fields, `${exchange} ${dataset}: ${words[outcome] ?? `${rows} rows`}`);
}

const words: Readonly<Partial<Record<SnapshotReport['outcome'], string>>> = {
  known: 'this snapshot was taken before',
  not_offered: 'the exchange has none',
};
