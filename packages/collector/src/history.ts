import type { PolledDataset } from '@feedlake/exchanges';
import { minute } from '@feedlake/schema';
import { mapConcurrently } from './concurrency.ts';
import { type Failure, failureOf } from './failure.ts';
import {
  beyondHorizon,
  type HistoryPlan,
  type HistoryRequest,
  horizonOf,
  type Piece,
  planHistory,
} from './history-plan.ts';
import { historyRows } from './history-rows.ts';
import { type PolledRow, polledRows } from './polled-row.ts';
import { RowBuffer } from './row-buffer.ts';
import type { PageListener, Venue } from './venue.ts';

export interface HistoryListeners {
  readonly onPage?: PageListener;
  /** Called once the amount of work is known, and after each piece of it. */
  readonly onProgress?: (progress: { done: number; total: number }) => void;
}

export interface HistoryResult<Dataset extends PolledDataset> {
  /** The rows fetched now, where no keeper stored them. */
  readonly rows: readonly PolledRow<Dataset>[];
  /** How many rows were fetched now. */
  readonly fetched: number;
  readonly failures: readonly Failure[];
  /** Why rows of the venue were turned down, one reason each. */
  readonly rejected: readonly string[];
  readonly notices: readonly string[];
  readonly plan: HistoryPlan;
}

/** Pieces of history fetched at the same time per venue; the client bounds the requests. */
const piecesAtOnce = 16;
/** So much of the margin that a plan leaves to the venue's horizon may be used up before a piece is cut. */
const horizonSlack = minute;
/** Rows that wait to be stored as one object. */
const rowsPerObject = 100_000;

/**
 * Fetches the history of a dataset from one venue: with a keeper only what the lake lacks, stored as it comes. What
 * was received before a failure or an abort is stored too. Throws nothing but the signal's reason, and errors of the
 * store.
 */
export async function fetchHistory<Dataset extends PolledDataset>(
  venue: Venue,
  dataset: Dataset,
  request: HistoryRequest,
  { onPage, onProgress }: HistoryListeners = {},
): Promise<HistoryResult<Dataset>> {
  const { signal, keeper, now } = request;
  const started = performance.now();
  const clock = request.clock ?? (() => now + (performance.now() - started) * 1000);
  const plan = await planHistory(venue, dataset, request);
  const store = keeper?.begin(venue.id, dataset, plan, now) ?? null;
  const failures = [...plan.failures];
  const rejected = [...plan.rejected];
  const rows: PolledRow<Dataset>[] = [];
  let fetched = 0;
  let done = 0;
  onProgress?.({ done, total: plan.pieces.length });
  try {
    await mapConcurrently(plan.pieces, piecesAtOnce, async (planned) => {
      const piece = stillKept(venue, dataset, plan, planned, clock(), failures);
      const buffer = new RowBuffer();
      const error = await fetchPiece(venue, plan, piece, buffer, dataset, signal, onPage);
      const fresh = newRows(dataset, plan, piece, buffer);
      fetched += fresh.length;
      const rejections = buffer.rejectionsOf(dataset, new Set([piece.instrument.venue_symbol]));
      rejected.push(...rejections.map(({ reason }) => reason));
      if (error !== null && !signal.aborted) {
        failures.push(failureOf(venue.id, piece.instrument.symbol, error, signal));
      }
      if (store === null) for (const row of fresh) rows.push(row);
      else store.add(piece, fresh, error === null && rejections.length === 0);
      if (store !== null && store.pending >= rowsPerObject) await store.flush();
      onProgress?.({ done: ++done, total: plan.pieces.length });
      signal.throwIfAborted();
    });
  } finally {
    await store?.flush();
  }
  const time = historyRows[dataset].time;
  rows.sort((a, b) => (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : (time(a) ?? 0) - (time(b) ?? 0)));
  return { rows, fetched, failures, rejected, notices: plan.notices, plan };
}

/**
 * The part of a piece that the venue still keeps by the time its turn comes: a long plan takes a while, and what is gone
 * by then would fail the rest with it. What was lost on the way is a failure of its own.
 */
function stillKept(
  venue: Venue,
  dataset: PolledDataset,
  { offer }: HistoryPlan,
  piece: Piece,
  time: number,
  failures: Failure[],
): Piece {
  const horizon = offer === null ? 0 : Math.floor(horizonOf(offer, time));
  if (offer === null || piece.from >= horizon - horizonSlack) return piece;
  const message = beyondHorizon(venue, dataset, offer, horizon);
  failures.push({ exchange: venue.id, symbol: piece.instrument.symbol, message, kind: 'not_offered' });
  return { ...piece, from: Math.min(horizon, piece.to) };
}

/** Fetches a piece into the buffer; gives the error that ended it early, or null when it is complete. */
async function fetchPiece(
  venue: Venue,
  { offer, periodSeconds }: HistoryPlan,
  { from, to, instrument }: Piece,
  buffer: RowBuffer,
  dataset: PolledDataset,
  signal: AbortSignal,
  onPage?: PageListener,
): Promise<unknown> {
  if (offer === null) throw new TypeError(`${venue.id}: a piece of ${dataset} history without an offer of it`);
  try {
    await offer.fetch({ symbol: instrument.venue_symbol, from, to, periodSeconds }, buffer, signal, onPage);
    return null;
  } catch (error) {
    return error;
  }
}

/** The rows of a piece that the lake does not have yet, each once: pages may overlap when they shift while being read. */
function newRows<Dataset extends PolledDataset>(
  dataset: Dataset,
  plan: HistoryPlan,
  piece: Piece,
  buffer: RowBuffer,
): PolledRow<Dataset>[] {
  const { belongs, time } = historyRows[dataset];
  const seen = new Set(plan.known.get(piece.instrument.symbol)?.times);
  return polledRows(buffer, dataset).filter((row) => {
    const at = time(row);
    if (row.symbol !== piece.instrument.symbol || at === null || at < piece.from || at >= piece.to) return false;
    if (!belongs(row, plan.periodSeconds) || seen.has(at)) return false;
    seen.add(at);
    return true;
  });
}
