import type { Timeline } from '@feedlake/collector';
import type { AnyRow, DatasetName } from '@feedlake/schema';
import type { Simulator, TruthRecord, VenueId } from '@feedlake/simulator';
import { symbols } from './recording.ts';

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
  rows(dataset: DatasetName): Promise<AnyRow[]>;
  timelines(from: number): Promise<Timeline[]>;
}

/** Compares a dataset of the lake with what a venue owed from a moment on (µs), whether or not anybody got it. */
export async function compare(recording: Recorded, dataset: DatasetName, from: number): Promise<Comparison> {
  const [comparison] = await compareAll(recording, [dataset], from);
  if (comparison === undefined) throw new TypeError(dataset);
  return comparison[1];
}

/** Like {@link compare}, of several datasets. */
export async function compareAll(
  recording: Recorded,
  datasets: readonly DatasetName[],
  from: number,
): Promise<(readonly [DatasetName, Comparison])[]> {
  const records = recording.simulator.truth.records({ venue: recording.venue });
  const found = await Promise.all(
    Object.keys(identities).map((name) => recordedOf(recording, name as DatasetName, records, from)),
  );
  const sent = found.flatMap((one) => one.sent).sort((a, b) => a.place - b.place);
  const timelines = await recording.timelines(from);
  return datasets.map((dataset) => {
    const own = found.find((one) => one.dataset === dataset);
    if (own === undefined) throw new TypeError(`nothing tells the facts of ${dataset} apart`);
    const said = timelines.filter((one) => one.dataset === dataset);
    return [dataset, comparisonOf(own, sent, said)] as const;
  });
}

function comparisonOf(
  { rows, counts, told, sent: own }: Awaited<ReturnType<typeof recordedOf>>,
  sent: readonly Sent[],
  timelines: readonly Timeline[],
): Comparison {
  const missing = own.filter(({ received }) => received === null);
  const unreported = missing.filter((one) => {
    const { symbol } = one.record;
    const inLake = rows.find((row) => row.venue_symbol === symbol)?.symbol ?? null;
    const said = timelines.filter((timeline) => [inLake, null].includes(timeline.symbol) || inLake === null);
    return !isReported(one, sent, said);
  });
  return {
    owed: own.length,
    recorded: counts.size,
    unreported: unreported.map(({ key, record }) => `${key} at ${record.at}`),
    doubled: [...counts].filter(([, count]) => count > 1).map(([key, count]) => `${key} ×${count}`),
    invented: [...counts.keys()].filter((key) => !told.has(key)),
    lost: missing.length,
    gapSeconds: timelines.reduce((sum, one) => sum + gapSeconds(one), 0) / Math.max(1, timelines.length),
    causes: [...new Set(timelines.flatMap(causesOf))].sort(),
  };
}

/** Something that was owed, and when it was received (µs); null = it is not in the lake. */
interface Sent {
  readonly dataset: DatasetName;
  readonly key: string;
  readonly record: TruthRecord;
  /** In the order of sending. */
  readonly place: number;
  readonly received: number | null;
}

/** What a venue owed of a dataset by these records, and what is in the lake of it. */
async function recordedOf(recording: Recorded, dataset: DatasetName, records: readonly TruthRecord[], from: number) {
  const identity = identities[dataset];
  if (identity === undefined) throw new TypeError(dataset);
  const identify = identity.wire[recording.venue];
  const to = recording.clock.now();
  const wanted: readonly string[] = symbols[recording.venue];
  const owed = new Map<string, Pick<Sent, 'record' | 'place'>>();
  const told = new Set<string>();
  for (const [place, record] of records.entries()) {
    if (record.dataset !== dataset) continue;
    const key = `${record.symbol} ${identify(record.fields, record)}`;
    told.add(key);
    if (!wanted.includes(record.symbol)) continue;
    if (record.kind === 'stream' && !record.sampledOut && record.at >= from && record.at < to)
      owed.set(key, { record, place });
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
  const sent = [...owed].map(([key, one]): Sent => ({ dataset, key, ...one, received: received.get(key) ?? null }));
  return { dataset, rows, counts, told, sent };
}

/** A whole book that was asked for, or sent on subscribing, is not owed. Hyperliquid's messages are all whole books. */
function isExtra(venue: VenueId, row: AnyRow): boolean {
  return row.is_snapshot === true && venue !== 'hyperliquid';
}

/**
 * Whether a gap tells of something that is not in the lake. Gaps have the times of receipt, and a connection delivers in order:
 * so it would have been received neither before it was sent, nor before what its instrument's feed had sent earlier, nor after
 * anything that was sent later on the same connection, or of the same dataset. No matter how late things are read.
 */
function isReported(lost: Sent, sent: readonly Sent[], timelines: readonly Timeline[]): boolean {
  const place = sent.indexOf(lost);
  const before = sent.findLast((one, index) => index < place && one.received !== null && isSameFeed(one, lost));
  const later = sent.slice(place + 1).filter(({ received }) => received !== null);
  const after = [
    later.find((one) => one.dataset === lost.dataset),
    later.find((one) => one.record.sentTo?.some((connection) => lost.record.sentTo?.includes(connection)) === true),
  ];
  const earliest = Math.max(before?.received ?? 0, lost.record.at);
  const latest = Math.min(...after.map((one) => one?.received ?? Number.POSITIVE_INFINITY));
  return timelines.some(({ stretches }) =>
    stretches.some(({ state, from, to }) => state === 'gap' && from <= latest && to >= earliest),
  );
}

function isSameFeed(one: Sent, other: Sent): boolean {
  return one.dataset === other.dataset && one.record.symbol === other.record.symbol;
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
