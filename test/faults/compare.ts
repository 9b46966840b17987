import type { Timeline } from '@feedlake/collector';
import type { AnyRow, DatasetName } from '@feedlake/schema';
import type { Simulator, TruthRecord, VenueId } from '@feedlake/simulator';
import { stepMs, symbols } from './recording.ts';

/** How a dataset of the lake compares with what the venue owed since a moment. */
export interface Comparison {
  readonly owed: number;
  readonly recorded: number;
  /** Owed, not in the lake, and in no gap. */
  readonly unreported: readonly string[];
  /** In the lake more than once. */
  readonly doubled: readonly string[];
  /** In the lake, and never told. */
  readonly invented: readonly string[];
  /** Owed, not in the lake, and inside a gap. */
  readonly lost: number;
  /** Gaps of it: all of them together, in seconds, the first time that something was owed aside. */
  readonly gapSeconds: number;
  readonly causes: readonly string[];
}

type Identify = (fields: TruthRecord['fields'], record: TruthRecord) => string;

const number = (text: string | null | undefined) => String(Number(text));

/** What tells the facts of a dataset apart, on the wire and in the lake. */
const identities: Readonly<
  Record<string, { wire: Readonly<Record<VenueId, Identify>>; row: (row: AnyRow) => string }>
> = {
  trades: {
    wire: {
      binance: (fields) => `${fields.a}`,
      bybit: (fields) => `${fields.i}`,
      hyperliquid: (fields) => `${fields.tid}`,
      backpack: (fields) => `${fields.t}`,
    },
    row: (row) => `${row.trade_id}`,
  },
  book_deltas: {
    wire: {
      binance: (fields) => `${fields.u}`,
      bybit: (fields) => `${fields.u}`,
      hyperliquid: (_fields, { time }) => `${time}`,
      backpack: (fields) => `${fields.u}`,
    },
    row: (row) => `${row.last_seq ?? row.ts_event}`,
  },
  liquidations: {
    wire: {
      binance: (fields, { time }) => `${time} ${number(fields.p)} ${number(fields.q)}`,
      bybit: (fields, { time }) => `${time} ${number(fields.p)} ${number(fields.v)}`,
      hyperliquid: (fields, { time }) => `${time} ${number(fields.px)} ${number(fields.sz)}`,
      backpack: (fields, { time }) => `${time} ${number(fields.p)} ${number(fields.q)}`,
    },
    row: (row) => `${row.ts_event} ${number(String(row.price))} ${number(String(row.size))}`,
  },
};

/** What is compared: a lake, and the simulation that it was recorded from. */
export interface Recorded {
  readonly venue: VenueId;
  readonly simulator: Pick<Simulator, 'truth'>;
  readonly clock: { now(): number };
  /** How late a message may arrive, in milliseconds. Default: one step of the test's clock. */
  readonly lateMs?: number;
  rows(dataset: DatasetName): Promise<AnyRow[]>;
  timelines(from: number): Promise<Timeline[]>;
}

/** Compares a dataset of the lake with what a venue owed from a moment on (µs), whether or not anybody got it. */
export async function compare(recording: Recorded, dataset: DatasetName, from: number): Promise<Comparison> {
  const identity = identities[dataset];
  if (identity === undefined) throw new TypeError(`nothing tells the facts of ${dataset} apart`);
  const identify = identity.wire[recording.venue];
  const to = recording.clock.now();
  const wanted: readonly string[] = symbols[recording.venue];
  const owed = new Map<string, TruthRecord>();
  const told = new Set<string>();
  for (const record of recording.simulator.truth.records({ venue: recording.venue, dataset })) {
    const key = `${record.symbol} ${identify(record.fields, record)}`;
    told.add(key);
    if (!wanted.includes(record.symbol)) continue;
    if (record.kind === 'stream' && !record.sampledOut && record.at >= from && record.at < to) owed.set(key, record);
  }
  const rows = (await recording.rows(dataset)).filter((row) => Number(row.ts_recv) >= from);
  const counts = new Map<string, number>();
  const received = new Map<string, number>();
  const lastOfMessage = (row: AnyRow) => dataset !== 'book_deltas' || row.is_last === true;
  for (const row of rows) {
    if (!lastOfMessage(row) || isExtra(recording.venue, row)) continue;
    const key = `${row.venue_symbol} ${identity.row(row)}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (!received.has(key)) received.set(key, Number(row.ts_recv));
  }
  const timelines = (await recording.timelines(from)).filter((one) => one.dataset === dataset);
  const missing = [...owed].filter(([key]) => !counts.has(key)).map(([key, record]) => ({ key, record }));
  const unreported = missing.filter((one) => {
    const { symbol } = one.record;
    const inLake = rows.find((row) => row.venue_symbol === symbol)?.symbol ?? null;
    const said = timelines.filter((timeline) => [inLake, null].includes(timeline.symbol) || inLake === null);
    const ofSymbol = [...owed.keys()].filter((key) => owed.get(key)?.symbol === symbol);
    return !isReported(one, ofSymbol, received, said, (recording.lateMs ?? stepMs) * 1000);
  });
  return {
    owed: owed.size,
    recorded: counts.size,
    unreported: unreported.map(({ key, record }) => `${key} at ${record.at}`),
    doubled: [...counts].filter(([, count]) => count > 1).map(([key, count]) => `${key} ×${count}`),
    invented: [...counts.keys()].filter((key) => !told.has(key)),
    lost: missing.length,
    gapSeconds: timelines.reduce((sum, one) => sum + gapSeconds(one), 0) / Math.max(1, timelines.length),
    causes: [...new Set(timelines.flatMap(causesOf))].sort(),
  };
}

/** A whole book that was asked for, or sent on subscribing, is not owed. Hyperliquid's messages are all whole books. */
function isExtra(venue: VenueId, row: AnyRow): boolean {
  return row.is_snapshot === true && venue !== 'hyperliquid';
}

/**
 * Whether a gap tells of something that is not in the lake. Gaps have the times of receipt, so it lies between what was
 * received right before and right after it in the venue's order, and no farther from its own time than messages are late.
 */
function isReported(
  { key, record }: Missing,
  owed: readonly string[],
  received: ReadonlyMap<string, number>,
  timelines: readonly Timeline[],
  slack: number,
): boolean {
  const place = owed.indexOf(key);
  const before = received.get(owed.findLast((other, index) => index < place && received.has(other)) ?? '');
  const after = received.get(owed.find((other, index) => index > place && received.has(other)) ?? '');
  const earliest = Math.max(before ?? 0, record.at - slack);
  const latest = Math.min(after ?? Number.POSITIVE_INFINITY, record.at + slack);
  return timelines.some(({ stretches }) =>
    stretches.some(({ state, from, to }) => state === 'gap' && from <= latest && to >= earliest),
  );
}

interface Missing {
  readonly key: string;
  readonly record: TruthRecord;
}

/** The first subscription and the end are not the fault's. */
const aside = ['start', 'shutdown'];

function gapSeconds({ stretches }: Timeline): number {
  return (
    stretches.reduce(
      (sum, one) => sum + (one.state === 'gap' && !aside.includes(one.cause ?? '') ? one.to - one.from : 0),
      0,
    ) / 1e6
  );
}

function causesOf({ stretches }: Timeline): string[] {
  return stretches.flatMap((one) => (one.state === 'gap' && one.cause !== null ? [one.cause] : []));
}
