/**
 * How a process fares, as `/health` shows it. Names are those of the JSON. Times are microseconds since the epoch here and
 * ISO 8601 there. Nothing in it is secret.
 */
export interface HealthReport {
  /** False once it can do nothing but be started again. */
  readonly live: boolean;
  /** Whether it has begun its work: the lake is there, what was left over is worked off, feeds are asked for. */
  readonly ready: boolean;
  /** When it was started. */
  readonly since: number;
  /** `streamer.writer`. */
  readonly writer: string;
  readonly version: string;
  /** What keeps anything at all from being recorded (a full disk, a lake that can't be written to), a sentence each. */
  readonly problems: readonly string[];
  readonly feeds: readonly FeedHealth[];
  readonly schedules: readonly ScheduleHealth[];
  /** Null where nothing is streamed. */
  readonly segments: SegmentHealth | null;
}

/**
 * | state | meaning |
 * |---|---|
 * | `starting` | asked for, nothing has come yet |
 * | `flowing` | data comes |
 * | `polled` | taken over REST instead of a stream |
 * | `interrupted` | data is missing, and something is done about it |
 * | `blocked` | every host refuses us through every proxy; it is tried again now and then |
 * | `refused` | the venue does not have it |
 */
export type FeedState = 'starting' | 'flowing' | 'polled' | 'interrupted' | 'blocked' | 'refused';

/** One dataset of one exchange. */
export interface FeedHealth {
  readonly exchange: string;
  readonly dataset: string;
  readonly state: FeedState;
  /** How many symbols it is about. */
  readonly symbols: number;
  /** Since the last event was received; null before the first. */
  readonly last_event_age_seconds: number | null;
  /** From receiving a message to working it off, now. */
  readonly lag_seconds: number;
  readonly messages_per_second: number;
  readonly rows_per_second: number;
  readonly gaps_last_hour: number;
  /** Why data is missing, in the words of `coverage`; null while it is not. */
  readonly cause: string | null;
}

/** One scheduled snapshot. */
export interface ScheduleHealth {
  readonly dataset: string;
  readonly exchange: string;
  /** The last slot that was run or missed; null before that. */
  readonly last_slot: number | null;
  /** `partial`: something of it did not come. */
  readonly last_result: 'done' | 'partial' | 'failed' | 'missed' | null;
  /** The next slot. */
  readonly next: number;
}

/** What was received and is not in the lake yet. */
export interface SegmentHealth {
  /** What is being collected. */
  readonly open: { readonly rows: number; readonly bytes: number; readonly age_seconds: number };
  /** What is closed and waits to be written. */
  readonly waiting: { readonly count: number; readonly bytes: number };
  /** When something was last written to the lake; null before that. */
  readonly last_written: number | null;
  /** Why the lake did not take what it was offered last; null = it did. */
  readonly fault: string | null;
}

/** `failing`: nothing is recorded; `degraded`: something is not, or waits for a lake that does not take it. */
export type HealthStatus = 'ok' | 'degraded' | 'failing';

const dead: ReadonlySet<FeedState> = new Set(['interrupted', 'blocked', 'refused']);

/** Whether a feed could bring data: not where the venue has no such channel, which nothing here can change. */
function isOffered({ cause }: Pick<FeedHealth, 'cause'>): boolean {
  return cause !== 'not_offered';
}

/** Whether a feed brings nothing although the venue offers it. */
export function isDeadFeed(feed: Pick<FeedHealth, 'state' | 'cause'>): boolean {
  return isOffered(feed) && dead.has(feed.state);
}

/** What a report comes to. */
export function statusOf({ live, ready, problems, feeds, schedules, segments }: HealthReport): HealthStatus {
  const silent = feeds.filter(isDeadFeed).length;
  const results = schedules.flatMap(({ last_result }) => last_result ?? []);
  const nothingComes =
    feeds.length > 0
      ? silent > 0 && silent === feeds.filter(isOffered).length
      : results.length > 0 && results.every((result) => result === 'failed');
  if (!live || problems.length > 0 || nothingComes) return 'failing';
  const behind = results.some((result) => result !== 'done') || (segments?.fault ?? null) !== null;
  // A feed that flows may still lack some of its symbols, and says why.
  const lacks = feeds.some(({ cause }) => cause !== null);
  return ready && silent === 0 && !behind && !lacks ? 'ok' : 'degraded';
}

const times: ReadonlySet<string> = new Set(['since', 'last_slot', 'next', 'last_written']);

/** A report as JSON, with its status in front. */
export function healthJson(report: HealthReport): string {
  return JSON.stringify({ status: statusOf(report), ...report }, (name, value) =>
    times.has(name) && typeof value === 'number' ? new Date(value / 1000).toISOString() : value,
  );
}
