import type { History, PolledDataset } from '@feedlake/exchanges';
import { isoTime, minute, second } from '@feedlake/schema';
import { type Failure, failureOf } from './failure.ts';
import type { HistoryKeeper, KnownHistory } from './historyKeeper.ts';
import type { Instrument } from './instruments.ts';
import type { Interval } from './intervals.ts';
import { missingParts } from './missing.ts';
import { select, type Wanted } from './selection.ts';
import type { Venue } from './venue.ts';

export interface HistoryRequest extends Interval {
  readonly symbols: Wanted;
  /** Width of the buckets, in seconds; ignored where the dataset has none. */
  readonly periodSeconds: number;
  /** The time now, in microseconds. */
  readonly now: number;
  readonly signal: AbortSignal;
  /** Where rows are kept; null keeps none, and everything is fetched. */
  readonly keeper: HistoryKeeper | null;
}

/** A stretch of one instrument's history to be fetched. */
export interface Piece extends Interval {
  readonly instrument: Instrument;
}

/** What there is to do, and what is clear already before the first request for history. */
export interface HistoryPlan {
  readonly offer: History | null;
  readonly wanted: Interval;
  /** Width of the buckets, in seconds; null where the dataset has none. */
  readonly periodSeconds: number | null;
  readonly instruments: readonly Instrument[];
  readonly known: KnownHistory;
  readonly pieces: readonly Piece[];
  readonly failures: Failure[];
  readonly notices: string[];
}

/**
 * Finds out what has to be fetched: checks what the venue offers, resolves the symbols, and leaves out what the lake
 * has. Throws nothing but the signal's reason, and errors of the store.
 */
export async function planHistory(venue: Venue, dataset: PolledDataset, request: HistoryRequest): Promise<HistoryPlan> {
  const offer = venue.adapter.history[dataset];
  if ('notOffered' in offer) return nothing(venue, request, offer.notOffered, 'not_offered');
  const periodSeconds = offer.periods === null ? null : request.periodSeconds;
  if (periodSeconds !== null && !offer.periods?.includes(periodSeconds)) {
    const message = `no ${dataset} history in steps of ${periodSeconds} s; it comes in steps of ${offer.periods?.join(', ')} s`;
    return nothing(venue, request, message, 'not_offered');
  }
  const horizon = horizonOf(offer, request.now);
  const wanted = { from: Math.max(request.from, horizon), to: Math.min(request.to, request.now) };
  const beyond = request.from < horizon ? beyondHorizon(venue, dataset, offer, horizon) : null;
  if (wanted.from >= wanted.to) return nothing(venue, request, beyond ?? 'that time is still to come', 'not_offered');
  try {
    const selected = await select(venue, request.symbols, request.signal);
    const instruments = selected.instruments.filter((one) => dataset !== 'funding_rates' || one.type === 'perpetual');
    const symbols = instruments.map((one) => one.symbol);
    const known = (await request.keeper?.known(venue.id, dataset, symbols, wanted, periodSeconds)) ?? new Map();
    const pieces = instruments.flatMap((instrument): Piece[] => {
      const had = known.get(instrument.symbol);
      const seconds = periodSeconds ?? instrument.funding_interval_seconds ?? null;
      const parts =
        had === undefined ? [wanted] : missingParts(wanted, had, seconds === null ? null : seconds * second);
      return parts.map((part) => ({ ...part, instrument }));
    });
    const notices = beyond === null ? [...selected.notices] : [beyond, ...selected.notices];
    return { offer, wanted, periodSeconds, instruments, known, pieces, failures: [...selected.failures], notices };
  } catch (error) {
    const failure = failureOf(venue.id, null, error, request.signal);
    return nothing(venue, request, failure.message, failure.kind);
  }
}

function nothing(venue: Venue, { from, to }: Interval, message: string, kind: string): HistoryPlan {
  const failures = [{ exchange: venue.id, symbol: null, message, kind }];
  const known: KnownHistory = new Map();
  return {
    offer: null,
    wanted: { from, to },
    periodSeconds: null,
    instruments: [],
    known,
    pieces: [],
    failures,
    notices: [],
  };
}

/** The oldest time that the venue keeps, with a minute to spare because its clock runs on while it is asked. */
function horizonOf(offer: History, now: number): number {
  return offer.horizonSeconds === null ? 0 : now - offer.horizonSeconds * second + minute;
}

function beyondHorizon(venue: Venue, dataset: PolledDataset, offer: History, horizon: number): string {
  const days = Math.round((offer.horizonSeconds ?? 0) / 86_400);
  const since = `${isoTime(horizon).slice(0, 16)}Z`;
  return (
    `${venue.id} keeps ${days} days of ${dataset}: what lies before ${since} can't be had from it. ` +
    'Record it yourself from now on: run the snapshot with --store on a schedule'
  );
}
