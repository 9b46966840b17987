export type { BackfillProgress, BackfillRequest, BackfillState, BackfillStatus } from './backfill/backfill.ts';
export { BackfillJobs, type BackfillJobsOptions, UnknownBackfillError } from './backfill/backfill-jobs.ts';
export { BackfillQueue, type BackfillQueueOptions } from './backfill/backfill-queue.ts';
export { logBackfill } from './backfill/log-backfill.ts';
export type { BookSource } from './book/book-source.ts';
export { type FoundBook, type MissingBook, readBook } from './book/read-book.ts';
export { CcxtVenue, type CcxtVenueOptions } from './ccxt-venue.ts';
export { askCoverage, type CoverageAnswer, type CoverageQuestion } from './coverage/ask.ts';
export { type Cell, cellsOf } from './coverage/cells.ts';
export { type Completeness, completeness } from './coverage/completeness.ts';
export { type CoverageKind, coverageKinds } from './coverage/kind.ts';
export { type Outage, outagesOf } from './coverage/outages.ts';
export { type CoverageQuery, exchangesWithCoverage, lookBack, readCoverage } from './coverage/read.ts';
export { resolveCoverage } from './coverage/resolve.ts';
export type { CoverageRow } from './coverage/row.ts';
export { shareOfSymbols } from './coverage/share-of-symbols.ts';
export type { Gap, Stretch, Timeline, TimelineSubject } from './coverage/timeline.ts';
export { type Failure, failureOf } from './failure.ts';
export { fetchHistory, type HistoryListeners, type HistoryResult } from './history.ts';
export { HistoryKeeper } from './history-keeper.ts';
export type { HistoryPlan, HistoryRequest } from './history-plan.ts';
export { historyRows } from './history-rows.ts';
export { type Instrument, listInstruments, resolveSymbol } from './instruments.ts';
export { NativeVenue } from './native-venue.ts';
export { type NormalizedLine, Normalizer } from './normalize.ts';
export { openVenue, VenueSettingsError } from './open-venue.ts';
export { checkProxies, type ProxyCheck, type ProxyVerdict } from './proxy-check.ts';
export { type RebuildOptions, type RebuildReport, rebuild, rebuildWriter } from './rebuild/rebuild.ts';
export type { TaggedRow } from './row-buffer.ts';
export { type LackingSymbol, lackingSymbols } from './schedule/lacking.ts';
export { Schedule, ScheduleError } from './schedule/schedule.ts';
export {
  type JobState,
  type ScheduledWork,
  type ScheduleEvent,
  Scheduler,
  type SchedulerOptions,
} from './schedule/scheduler.ts';
export { type ScheduledSnapshot, type SnapshotDataset, schedulesOf } from './schedule/schedules-of.ts';
export {
  SnapshotFailure,
  SnapshotJobs,
  type SnapshotJobsOptions,
  type SnapshotReport,
} from './schedule/snapshot-job.ts';
export { type Selected, select, type Wanted } from './selection.ts';
export { type Snapshot, type SnapshotOptions, takeSnapshot } from './snapshot.ts';
export { ExchangeStream } from './stream/exchange-stream.ts';
export { Ledger } from './stream/ledger.ts';
export type { LedgerEntry } from './stream/ledger-entry.ts';
export { Recorder } from './stream/recorder.ts';
export { type ReportOptions, type StreamerHealth, StreamReport } from './stream/report.ts';
export { isInShard } from './stream/shard.ts';
export type { RowListener } from './stream/stream-context.ts';
export { Streamer, type StreamerOptions } from './stream/streamer.ts';
export { type LakeSymbol, symbolInLake } from './symbol-in-lake.ts';
export type { HistoryOffer, PageListener, SnapshotOffer, SnapshotPart, Venue } from './venue.ts';
