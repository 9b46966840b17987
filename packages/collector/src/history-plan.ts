import type { PolledDataset } from '@feedlake/exchanges';
import { day, isoTime, minute, second } from '@feedlake/schema';
import { type Failure, failureOf } from './failure.ts';
import type { HistoryKeeper, KnownHistory } from './history-keeper.ts';
import type { Instrument } from './instruments.ts';
import type { Interval } from './intervals.ts';
import { type Known, missingParts } from './missing.ts';
import { select, type Wanted } from './selection.ts';
import type { HistoryOffer, Venue } from './venue.ts';

export interface HistoryRequest extends Interval {
  readonly symbols: Wanted;
  /** Width of the buckets, in seconds; ignored where the dataset has none. */
  readonly periodSeconds: number;
  /** The time now, in microseconds. */
  readonly now: number;
  /** The time as it goes on from there, in microseconds. Default: as it passes on this machine. */
  readonly clock?: () => number;
  readonly signal: AbortSignal;
  /** Where rows are kept; null keeps none, and everything is fetched. */
  readonly keeper: HistoryKeeper | null;
}

/** Funding intervals change, and no venue has shorter ones than an hour (Hyperliquid, Backpack); in seconds. */
const shortestFunding = 3600;

/**
 * Long histories of buckets are fetched in stretches of this, so that what came is stored before all of
 * it is there. Funding rates are few, and some venues page them from the newest, so they stay whole.
 */
const bucketsAtOnce = 30 * day;

/** A stretch of one instrument's history to be fetched. */
export interface Piece extends Interval {
  readonly instrument: Instrument;
}

/** What there is to do, and what is clear already before the first request for history. */
export interface HistoryPlan {
  readonly offer: HistoryOffer | null;
  readonly wanted: Interval;
  /** Width of the buckets, in seconds; null where the dataset has none. */
  readonly periodSeconds: number | null;
  readonly instruments: readonly Instrument[];
  readonly known: KnownHistory;
  readonly pieces: readonly Piece[];
  readonly failures: readonly Failure[];
  /** Why instruments were turned down that may be among those wanted. */
  readonly rejected: readonly string[];
  readonly notices: readonly string[];
}

/**
 * Finds out what has to be fetched: checks what the venue offers, resolves the symbols, and leaves out what the lake
 * has. What the lake lacks and the venue no longer keeps is a failure. Throws nothing but the signal's reason, and errors
 * of the store.
 */
export async function planHistory(venue: Venue, dataset: PolledDataset, request: HistoryRequest): Promise<HistoryPlan> {
  const { now, signal, keeper } = request;
  const wanted = { from: request.from, to: Math.min(request.to, now) };
  const offer = await venue.history(dataset);
  if ('notOffered' in offer) return nothing(venue, wanted, offer.notOffered, 'not_offered');
  const periodSeconds = offer.periods === null ? null : request.periodSeconds;
  if (periodSeconds !== null && !offer.periods?.includes(periodSeconds)) {
    const widths = offer.periods?.map(widthText).join(', ');
    const message = `no history of ${dataset} in steps of ${widthText(periodSeconds)}; it comes in steps of ${widths}`;
    return nothing(venue, wanted, message, 'not_offered');
  }
  if (wanted.from >= wanted.to) return nothing(venue, wanted, 'that time is still to come', 'not_offered');
  const selected = await select(venue, request.symbols, signal).catch((error: unknown) =>
    failureOf(venue.id, null, error, signal),
  );
  if ('kind' in selected) return nothing(venue, wanted, selected.message, selected.kind);

  const instruments = selected.instruments.filter((one) => dataset !== 'funding_rates' || one.type === 'perpetual');
  const symbols = instruments.map((one) => one.symbol);
  const known = (await keeper?.known(venue.id, dataset, symbols, wanted, periodSeconds)) ?? new Map();
  const horizon = horizonOf(offer, now);
  const pieces: Piece[] = [];
  const failures = [...selected.failures];
  for (const instrument of instruments) {
    const had = known.get(instrument.symbol);
    const seconds = periodSeconds ?? instrument.funding_interval_seconds ?? null;
    const step = Math.min(periodSeconds ?? shortestFunding, seconds ?? shortestFunding) * second;
    const parts =
      had === undefined ? [wanted] : missingParts(wanted, had, step).filter((part) => isDue(part, had, seconds));
    for (const part of parts) {
      const width = periodSeconds === null ? Number.POSITIVE_INFINITY : bucketsAtOnce;
      for (let from = Math.max(part.from, horizon); from < part.to; from += width) {
        pieces.push({ instrument, from, to: Math.min(from + width, part.to) });
      }
    }
    if (parts.some(({ from, to }) => isLost({ from, to: Math.min(to, horizon) }, instrument, seconds))) {
      const message = beyondHorizon(venue, dataset, offer, horizon);
      failures.push({ exchange: venue.id, symbol: instrument.symbol, message, kind: 'not_offered' });
    }
  }
  const { rejected, notices } = selected;
  return { offer, wanted, periodSeconds, instruments, known, pieces, failures, rejected, notices };
}

function nothing(venue: Venue, wanted: Interval, message: string, kind: string): HistoryPlan {
  const failures = [{ exchange: venue.id, symbol: null, message, kind }];
  const known: KnownHistory = new Map();
  const empty = { instruments: [], known, pieces: [], rejected: [], notices: [] };
  return { offer: null, wanted, periodSeconds: null, failures, ...empty };
}

/**
 * Whether a row can be due in a stretch: not in one that goes on where coverage ends, for as long as the interval that
 * the venue states now has not run out since the last row. Coverage stops short of the present, since rows may come
 * late; without this every run would ask for these last minutes again.
 */
function isDue({ from, to }: Interval, { times, claims }: Known, seconds: number | null): boolean {
  const last = times.findLast((time) => time < to);
  if (seconds === null || last === undefined || last >= from || last + seconds * second < to) return true;
  return !claims.some((claim) => claim.state === 'covered' && claim.to === from && claim.from <= last);
}

/** A request may wait its turn for a window of the venue's budget, five minutes at most, and the venue's clock runs on. */
const horizonMargin = 6 * minute;

/** The oldest time that the venue will still have when it is asked for it from now on; 0 where it keeps everything. */
export function horizonOf(offer: HistoryOffer, now: number): number {
  return offer.horizonSeconds === null ? 0 : now - offer.horizonSeconds * second + horizonMargin;
}

/** Whether rows were due in a stretch that the venue no longer keeps: after the listing, at a multiple of their distance. */
function isLost({ from, to }: Interval, { listed_time }: Instrument, seconds: number | null): boolean {
  const start = Math.max(from, listed_time ?? 0);
  const step = (seconds ?? 0) * second;
  return step === 0 ? start < to : Math.ceil(start / step) * step < to;
}

/** The sentence that says what can't be had from a venue any more, and the way out. */
export function beyondHorizon(venue: Venue, dataset: PolledDataset, offer: HistoryOffer, horizon: number): string {
  const days = Math.round((offer.horizonSeconds ?? 0) / 86_400);
  const since = `${isoTime(horizon).slice(0, 16)}Z`;
  return (
    `${venue.id} keeps ${days} days of ${dataset}: what lies before ${since} can't be had from it. ` +
    'Record it yourself from now on: run `feedlake fetch-oi all --store` on a schedule'
  );
}

const units = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
] as const;

/** Seconds as a person types them: `5m`, `1h`, `1d`. */
function widthText(seconds: number): string {
  const unit = units.find(([, size]) => seconds % size === 0);
  return unit === undefined ? `${seconds}s` : `${seconds / unit[1]}${unit[0]}`;
}
