import type { Config } from '@feedlake/config';
import { second } from '@feedlake/schema';
import type {
  FeedHealth,
  FeedReadings,
  HealthReport,
  ScheduleHealth,
  SegmentHealth,
  StreamReadings,
} from '@feedlake/telemetry';
import { type Clock, systemClock } from '@feedlake/transport';
import type { ScheduleEvent, Scheduler } from '../schedule/scheduler.ts';
import type { SnapshotReport } from '../schedule/snapshot-job.ts';
import { type FeedReport, feedReports } from './feed-report.ts';
import { GapLog } from './gap-log.ts';
import type { LedgerEntry } from './ledger-entry.ts';
import { Rates } from './rates.ts';
import type { Streamer } from './streamer.ts';

export interface ReportOptions {
  readonly config: Config;
  /** Of this program. */
  readonly version: string;
  readonly clock?: Clock;
}

/** {@link HealthReport} with what a person wants to see besides. */
export interface StreamerHealth extends HealthReport {
  readonly feeds: readonly (FeedHealth & Pick<FeedReport, 'symbols_missing'>)[];
  readonly segments:
    | (SegmentHealth & {
        /** Key of the last object that was written. */
        readonly last_object: string | null;
      })
    | null;
}

/** A rate is taken over this long (µs), from totals that are noted this often (ms). */
const rateWindow = 5 * second;
const sampleMs = 1_000;

/** How the streams and the scheduled snapshots of a process fare, as health, metrics and the terminal show it. */
export class StreamReport {
  readonly #options: ReportOptions;
  readonly #clock: Clock;
  readonly #since: number;
  readonly #rates = new Rates(rateWindow);
  readonly #gaps = new GapLog();
  readonly #missed = new Map<string, number>();
  readonly #written = { objects: 0, bytes: 0, last: null as string | null };
  #streamer: Streamer | null = null;
  #scheduler: Scheduler<SnapshotReport> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #began = false;

  constructor(options: ReportOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#since = this.#clock.now();
  }

  /** For {@link Streamer.open}. */
  readonly onGap = ({ key: { exchange, dataset } }: LedgerEntry, cause: string): void => {
    this.#gaps.add(nameOf(exchange, dataset), cause, this.#clock.now());
  };

  /** For {@link Streamer.open}. */
  readonly onSealed = (objects: readonly { readonly key: string; readonly bytes: number }[]): void => {
    this.#written.objects += objects.length;
    this.#written.bytes += objects.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#written.last = objects.at(-1)?.key ?? this.#written.last;
  };

  /** For {@link Scheduler}. */
  readonly onSchedule = (event: ScheduleEvent<SnapshotReport>): void => {
    if (event.kind === 'missed') this.#missed.set(nameOf(event.job.exchange, event.job.dataset), event.from);
  };

  /** What it reports on; null = there is none. From here on rates are measured. */
  watch(streamer: Streamer | null, scheduler: Scheduler<SnapshotReport> | null): void {
    this.#streamer = streamer;
    this.#scheduler = scheduler;
    this.#began = true;
    this.sample();
    this.#timer = setInterval(() => this.sample(), sampleMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Takes note of the totals that rates are worked out from. */
  sample(): void {
    const totals = new Map<string, number>();
    const add = (name: string, count: number) => totals.set(name, (totals.get(name) ?? 0) + count);
    for (const { id, feeds } of this.#streamer?.exchanges ?? []) {
      for (const { topic, messages } of feeds.all) add(`messages ${nameOf(id, topic.dataset)}`, messages);
    }
    for (const { key, total } of this.#entries) add(`rows ${nameOf(key.exchange, key.dataset)}`, total);
    this.#rates.sample(this.#clock.now(), totals);
  }

  health(): StreamerHealth {
    const { config, version } = this.#options;
    return {
      live: true,
      ready: this.#isReady,
      since: this.#since,
      writer: config.streamer.writer,
      version,
      problems: this.#problems(),
      feeds: this.#feeds(),
      schedules: this.#schedules(),
      segments: this.#segments(),
    };
  }

  /** For {@link Metrics.watchStreams}. */
  readings(): StreamReadings {
    const streamer = this.#streamer;
    if (streamer === null) return { sessions: [], feeds: [], sink: null };
    const { count, bytes } = streamer.recorder.waiting;
    const { objects, bytes: writtenBytes } = this.#written;
    return {
      sessions: streamer.exchanges.flatMap(({ id, sessions }) =>
        [...sessions].map(([route, session]) => ({ exchange: id, route, ...session.stats() })),
      ),
      feeds: this.#feeds().map(({ exchange, dataset, last_event_age_seconds }): FeedReadings => {
        const entries = this.#entries.filter(({ key }) => key.exchange === exchange && key.dataset === dataset);
        return {
          exchange,
          dataset,
          rows: entries.reduce((sum, { total }) => sum + total, 0),
          unscanned: this.#unscanned(exchange, dataset),
          gaps: this.#gaps.byCause(nameOf(exchange, dataset)),
          lastEventAgeSeconds: last_event_age_seconds,
        };
      }),
      sink: { backlog: { segments: count, bytes }, written: { objects, bytes: writtenBytes } },
    };
  }

  #unscanned(exchange: string, dataset: string): number {
    const feeds = this.#streamer?.exchanges.find(({ id }) => id === exchange)?.feeds.all ?? [];
    return [...feeds].reduce((sum, { topic, unscanned }) => sum + (topic.dataset === dataset ? unscanned : 0), 0);
  }

  get #entries(): LedgerEntry[] {
    return this.#streamer === null ? [] : [...this.#streamer.recorder.ledger.entries];
  }

  /** It has begun, and every exchange has said what it has. */
  get #isReady(): boolean {
    return this.#began && (this.#streamer?.exchanges ?? []).every(({ instruments }) => instruments !== null);
  }

  #problems(): string[] {
    if (this.#streamer === null) return [];
    const { config } = this.#options;
    const { shedding, lakeFault } = this.#streamer.recorder;
    if (shedding.diskFault !== null) {
      const what = shedding.diskFault === 'disk_full' ? 'its disk is full' : 'its disk fails';
      return [`nothing can be kept in state_dir ${config.state_dir}: ${what}`];
    }
    if (shedding.causeFor('trades') === null) return [];
    const why = lakeFault ?? 'the lake takes less than comes';
    return [`streamer.spool_max_bytes (${config.streamer.spool_max_bytes}) wait for the lake: ${why}`];
  }

  #feeds(): StreamerHealth['feeds'] {
    const now = this.#clock.now();
    const entries = Map.groupBy(this.#entries, ({ key }) => key.exchange);
    return (this.#streamer?.exchanges ?? []).flatMap((exchange) => {
      const channels = [...new Set(this.#options.config.exchanges[exchange.id]?.channels)];
      return feedReports(exchange, channels, entries.get(exchange.id) ?? [], now).map((report) => {
        const name = nameOf(report.exchange, report.dataset);
        return {
          ...report,
          messages_per_second: rounded(this.#rates.perSecond(`messages ${name}`)),
          rows_per_second: rounded(this.#rates.perSecond(`rows ${name}`)),
          gaps_last_hour: this.#gaps.lastHour(name, now),
        };
      });
    });
  }

  #schedules(): ScheduleHealth[] {
    return (this.#scheduler?.states() ?? []).map(({ job, last, next }) => {
      const missed = this.#missed.get(nameOf(job.exchange, job.dataset)) ?? null;
      const common = { dataset: job.dataset, exchange: job.exchange, next };
      if (missed !== null && missed > (last?.slot ?? 0)) return { ...common, last_slot: missed, last_result: 'missed' };
      return { ...common, last_slot: last?.slot ?? null, last_result: resultOf(last) };
    });
  }

  #segments(): StreamerHealth['segments'] {
    if (this.#streamer === null) return null;
    const { spool, waiting, lastSealed, lakeFault } = this.#streamer.recorder;
    const { open } = spool;
    const age = open === null ? 0 : (this.#clock.now() - open.since) / second;
    return {
      open: { rows: open?.rows ?? 0, bytes: open?.bytes ?? 0, age_seconds: age },
      waiting,
      last_written: lastSealed,
      fault: lakeFault,
      last_object: this.#written.last,
    };
  }
}

function nameOf(exchange: string, dataset: string): string {
  return `${exchange} ${dataset}`;
}

function rounded(rate: number): number {
  return Math.round(rate * 10) / 10;
}

type LastRun = ReturnType<Scheduler<SnapshotReport>['states']>[number]['last'];

function resultOf(last: LastRun): ScheduleHealth['last_result'] {
  if (last === null || last.outcome === 'failed') return last?.outcome ?? null;
  const { failures = [], rejected = [] } = last.result ?? {};
  return failures.length + rejected.length === 0 ? 'done' : 'partial';
}
