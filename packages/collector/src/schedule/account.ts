import type { Row } from '@feedlake/schema';
import { gapCause } from '../gap-cause.ts';
import type { Interval } from '../intervals.ts';
import type { Venue } from '../venue.ts';
import { type InstrumentName, instrumentName } from './instrument-name.ts';
import { gapName, takenName } from './object-names.ts';
import type { Polled } from './poll.ts';
import type { ScheduledSnapshot } from './schedules-of.ts';

/** Marks coverage that is about snapshots. */
export const snapshotDetail = 'snapshot';

/** Something the lake is told: rows of `coverage`, in an object whose name was decided before. */
export interface Statement {
  readonly name: string;
  readonly slots: Interval;
  readonly rows: readonly Row<'coverage'>[];
  /** The object whose presence makes it wrong: it is not said, then. */
  readonly unless?: string;
}

/** What the lake has of one instrument in one slot. */
export interface Held extends InstrumentName {
  readonly rows: number;
}

/** A slot for which an exchange was asked, and what the lake has of it. */
export interface Asked {
  readonly job: ScheduledSnapshot;
  readonly venue: Venue;
  readonly slot: Interval;
  readonly held: readonly Held[];
  /** Whether a gap was stated for it before. */
  readonly repairs: boolean;
  /** Whether the job names what a snapshot was taken without: of all else nothing is to be said. */
  readonly isRepair: boolean;
}

/** Who says it, when (µs), and where the data comes from. */
export interface Speaker {
  readonly writer: string;
  readonly now: number;
  readonly source: string;
}

/** There is nothing of the slots of an interval, of no instrument. */
export function gapStatement(job: ScheduledSnapshot, slots: Interval, cause: string, speaker: Speaker): Statement {
  return untaken(job, slots, [gap(frame(job, slots, speaker), null, cause)]);
}

/** A statement that does not hold where another writer has taken the snapshot. */
function untaken(job: ScheduledSnapshot, slots: Interval, rows: readonly Row<'coverage'>[]): Statement {
  return { name: gapName(job, slots), slots, rows, unless: takenName(job, slots.from) };
}

function taken(job: ScheduledSnapshot, slots: Interval, rows: readonly Row<'coverage'>[]): Statement {
  return { name: takenName(job, slots.from), slots, rows };
}

/**
 * What the lake has of a slot, by the instruments that stand in it: of all others there is nothing, for this cause. For
 * slots whose snapshot was begun and not finished.
 */
export function partStatement(
  job: ScheduledSnapshot,
  slot: Interval,
  held: readonly Held[],
  cause: string,
  speaker: Speaker,
): Statement {
  const base = frame(job, slot, speaker);
  return taken(job, slot, [gap(base, null, cause), ...coveredEach(later(base), held)]);
}

/**
 * What the lake has of a slot after an exchange was asked for it. "All of the exchange" comes first, and one microsecond
 * later what differs from it, as the latest word counts.
 * @returns null where there is nothing to be had and so nothing to account for.
 */
export function statementOf(asked: Asked, polled: Polled, speaker: Speaker): Statement | null {
  const { job, slot, held, repairs } = asked;
  const base = { ...frame(job, slot, speaker), ...(repairs && { repaired_by: snapshotDetail }) };
  const whole = polled.failures.find(({ symbol }) => symbol === null);
  if (held.length === 0 && whole?.kind === 'not_offered') return null;
  if (whole !== undefined && asked.isRepair) {
    return held.length === 0 ? null : taken(job, slot, coveredEach(base, held));
  }
  if (whole !== undefined) {
    // Also where rows are there, of a run that was broken off: the slot is not done, and may be asked for again.
    return untaken(job, slot, [gap(base, null, gapCause(whole.kind)), ...coveredEach(later(base), held)]);
  }
  const lacking = lackingOf(asked, polled);
  const gaps = [...lacking.values()];
  if (job.symbols !== 'all') {
    const rows = [
      ...wantedOf(asked, lacking).map((one) => covered(base, one, one.rows)),
      ...gaps.map((one) => gap(base, one, one.cause)),
    ];
    return held.length > 0 || gaps.length === 0 ? taken(job, slot, rows) : untaken(job, slot, rows);
  }
  if (held.length === 0) {
    return gapStatement(job, slot, commonest(gaps.map(({ cause }) => cause)) ?? 'upstream_error', speaker);
  }
  const count = held.reduce((sum, { rows }) => sum + rows, 0);
  return taken(job, slot, [covered(base, null, count), ...gaps.map((one) => gap(later(base), one, one.cause))]);
}

type Lacking = InstrumentName & { readonly cause: string };

/** The instruments that should have come and are not there, by the venue's own names. */
function lackingOf({ job, venue, held }: Asked, polled: Polled): Map<string, Lacking> {
  const lacking = new Map<string, Lacking>();
  const isHeld = new Set(held.map(({ venue_symbol }) => venue_symbol));
  const add = (name: InstrumentName, cause: string) => {
    if (!isHeld.has(name.venue_symbol) && !lacking.has(name.venue_symbol)) {
      lacking.set(name.venue_symbol, { ...name, cause });
    }
  };
  for (const { symbol, kind } of polled.failures) {
    if (symbol !== null) add(instrumentName(venue, symbol), gapCause(kind));
  }
  for (const name of polled.turnedDown) {
    if (job.symbols === 'all') add(instrumentName(venue, name), gapCause('malformed'));
  }
  // It came now, and the object of the slot was written before, without it.
  for (const { symbol, venue_symbol } of polled.rows) add({ symbol, venue_symbol }, gapCause('malformed'));
  if (job.symbols === 'all') return lacking;
  for (const input of job.symbols) {
    const name = instrumentName(venue, input);
    const isDated = venue.reference.instruments.get(name.venue_symbol)?.type === 'future';
    // A dated future has no funding: nothing is lacking.
    if (!isDated || job.dataset !== 'funding_rates') add(name, gapCause('malformed'));
  }
  return lacking;
}

/** The instruments that were named and are not lacking, each once. */
function wantedOf({ job, venue, held }: Asked, lacking: ReadonlyMap<string, Lacking>): Held[] {
  const rows = new Map(held.map((one) => [one.venue_symbol, one]));
  const wanted = new Map<string, Held>();
  for (const input of job.symbols === 'all' ? [] : job.symbols) {
    const name = instrumentName(venue, input);
    if (!lacking.has(name.venue_symbol)) {
      wanted.set(name.venue_symbol, rows.get(name.venue_symbol) ?? { ...name, rows: 0 });
    }
  }
  return [...wanted.values()];
}

type Frame = Omit<Row<'coverage'>, 'state' | 'cause' | 'rows' | 'symbol' | 'venue_symbol'>;

function frame({ dataset, exchange }: ScheduledSnapshot, { from, to }: Interval, speaker: Speaker): Frame {
  return {
    exchange,
    ts_event: from,
    ts_recv: speaker.now,
    source: speaker.source,
    dataset,
    from_time: from,
    to_time: to,
    writer: speaker.writer,
    detail: snapshotDetail,
  };
}

function later(base: Frame): Frame {
  return { ...base, ts_recv: base.ts_recv + 1 };
}

function covered(base: Frame, name: InstrumentName | null, rows: number): Row<'coverage'> {
  return { ...base, symbol: name?.symbol ?? null, venue_symbol: name?.venue_symbol ?? null, state: 'covered', rows };
}

function coveredEach(base: Frame, held: readonly Held[]): Row<'coverage'>[] {
  return held.map((one) => covered(base, one, one.rows));
}

function gap(base: Frame, name: InstrumentName | null, cause: string): Row<'coverage'> {
  const { repaired_by: _, ...rest } = base;
  return { ...rest, symbol: name?.symbol ?? null, venue_symbol: name?.venue_symbol ?? null, state: 'gap', cause };
}

function commonest(texts: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}
