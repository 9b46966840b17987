import type { FeedHealth, FeedState } from '@feedlake/telemetry';
import type { WebSocketStats } from '@feedlake/transport';
import type { ExchangeStream } from './exchange-stream.ts';
import type { LedgerEntry } from './ledger-entry.ts';

/** How one dataset of one exchange fares, without what only time tells. */
export interface FeedReport
  extends Pick<
    FeedHealth,
    'exchange' | 'dataset' | 'state' | 'symbols' | 'last_event_age_seconds' | 'lag_seconds' | 'cause'
  > {
  /** Symbols of which data is missing at present. */
  readonly symbols_missing: number;
}

type Stats = ReadonlyMap<string, WebSocketStats>;

/**
 * How the datasets of an exchange fare, in the order of its settings; none where all of it belongs to other shards.
 * @param channels The datasets that are wanted.
 * @param entries The ledger's entries of this exchange.
 * @param now Microseconds.
 */
export function feedReports(
  exchange: ExchangeStream,
  channels: readonly string[],
  entries: readonly LedgerEntry[],
  now: number,
): FeedReport[] {
  if (exchange.isOfOthers) return [];
  const stats: Stats = new Map([...exchange.sessions].map(([route, session]) => [route, session.stats()]));
  return channels.map((dataset) => {
    const feeds = [...exchange.feeds.all].filter(({ topic }) => topic.dataset === dataset);
    const owed = entries.filter(({ key, from, gaps }) => key.dataset === dataset && (from !== null || gaps.size > 0));
    const last = Math.max(
      ...feeds.map(({ topic, entry }) => {
        return entry.kind === 'poll' ? entry.until : (stats.get(topic.route)?.topics[topic.topic]?.lastData ?? 0);
      }),
      0,
    );
    const routes = [...new Set(feeds.map(({ topic }) => topic.route))];
    const lag = Math.max(...routes.map((route) => stats.get(route)?.queue.lagMs ?? 0), 0);
    const isMissing = exchange.instruments !== null && owed.length === 0;
    return {
      exchange: exchange.id,
      dataset,
      symbols: owed.filter(({ key }) => key.symbol !== null).length || (exchange.instruments?.length ?? 0),
      last_event_age_seconds: last === 0 ? null : Math.max(0, now - last) / 1_000_000,
      lag_seconds: lag / 1000,
      ...(isMissing ? notOffered : stateOf(owed, stats)),
    };
  });
}

const notOffered = { state: 'refused', cause: 'not_offered', symbols_missing: 0 } as const;

/** One state for many symbols: as long as some of them flow, so does the dataset, and the cause says what ails the others. */
function stateOf(owed: readonly LedgerEntry[], stats: Stats): Pick<FeedReport, 'state' | 'cause' | 'symbols_missing'> {
  const found = owed.map((entry) => symbolState(entry, stats));
  const missing = found.filter(({ state }) => state !== 'flowing' && state !== 'polled' && state !== 'starting');
  const cause = commonest(missing.flatMap((one) => one.cause ?? []));
  const alive = (['flowing', 'polled'] as const).find((state) => found.some((one) => one.state === state));
  const state = alive ?? commonest(missing.map((one) => one.state)) ?? 'starting';
  return { state, cause, symbols_missing: missing.length };
}

/** Causes that say only that nothing has come yet. */
const first = 'start';

function symbolState(entry: LedgerEntry, stats: Stats): { state: FeedState; cause: string | null } {
  if (entry.gaps.size === 0) return { state: entry.kind === 'poll' ? 'polled' : 'flowing', cause: null };
  const causes = [...entry.gaps].map(([part, { cause }]) => (cause === first ? known(part, stats) : cause));
  const cause = causes.find((one) => one !== first) ?? null;
  if (cause === null) return { state: 'starting', cause };
  return { state: cause === 'blocked' || cause === 'refused' ? cause : 'interrupted', cause };
}

/** What a session has found out about a topic that has brought nothing yet. */
function known(topic: string, stats: Stats): string {
  for (const { topics } of stats.values()) {
    const missing = topics[topic]?.missing;
    if (missing !== undefined && missing !== null) return missing;
  }
  return first;
}

function commonest<Text extends string>(texts: readonly Text[]): Text | null {
  const counts = new Map<Text, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}
