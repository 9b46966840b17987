import type { Row } from '@feedlake/schema';
import { type Failure, failureOf, timeOver } from '../failure.ts';
import { listInstruments, resolveSymbol } from '../instruments.ts';
import type { RowBuffer } from '../row-buffer.ts';
import type { Wanted } from '../selection.ts';
import { takeSnapshot } from '../snapshot.ts';
import type { Venue } from '../venue.ts';
import type { ScheduledSnapshot, SnapshotDataset } from './schedules-of.ts';
import { watchedVenue } from './watched-venue.ts';

/** A row of a dataset that snapshots are taken of. */
export type SnapshotRow = Row<'open_interest'> | Row<'funding_rates'> | Row<'instruments'>;

/** What came of asking an exchange once. */
export interface Polled {
  readonly rows: readonly SnapshotRow[];
  readonly failures: readonly Failure[];
  /** Why rows were turned down, one reason each. */
  readonly rejected: readonly string[];
  /** The venue's own names of instruments that a row was turned down of. */
  readonly turnedDown: readonly string[];
  readonly notices: readonly string[];
}

/**
 * Asks an exchange for what a scheduled snapshot wants. Whatever fails costs only itself.
 * @param slot for the rows' `scheduled_time`, in microseconds
 * @param deadline when it is aborted, what came until then is all there is, and the rest are failures
 * @throws the signal's reason, nothing else.
 */
export async function poll(
  venue: Venue,
  { dataset, symbols }: ScheduledSnapshot,
  slot: number,
  signal: AbortSignal,
  deadline: AbortSignal | null = null,
): Promise<Polled> {
  const either = deadline === null ? signal : AbortSignal.any([signal, deadline]);
  const buffers = new Set<RowBuffer>();
  const watched = watchedVenue(venue, (buffer) => buffers.add(buffer));
  const polled =
    dataset === 'instruments'
      ? await pollInstruments(watched, symbols, either)
      : await takeSnapshot(watched, dataset, {
          symbols,
          scheduled: slot,
          signal: either,
          keepsPart: deadline !== null,
        });
  signal.throwIfAborted();
  const { rows, failures, rejected, notices } = polled;
  return { rows, failures, rejected, notices, turnedDown: [...turnedDownIn(buffers, dataset)] };
}

function turnedDownIn(buffers: ReadonlySet<RowBuffer>, dataset: SnapshotDataset): Set<string> {
  const rejections = [...buffers].flatMap((buffer) => buffer.rejections);
  return new Set(rejections.flatMap(({ about }) => (about?.dataset === dataset ? about.venue_symbol : [])));
}

async function pollInstruments(venue: Venue, wanted: Wanted, signal: AbortSignal): Promise<Omit<Polled, 'turnedDown'>> {
  try {
    const { instruments, rejected } = await listInstruments(venue, wanted === 'all' ? null : wanted, signal);
    if (wanted === 'all') return { rows: instruments, failures: [], rejected, notices: [] };
    const rows = new Map<string, SnapshotRow>();
    const failures: Failure[] = [];
    const notices: string[] = [];
    for (const input of wanted) {
      const resolved = resolveSymbol(venue.id, input, instruments);
      if (resolved === null) {
        const message = `${input} is not listed on ${venue.id}`;
        // It may be among those that could not be read.
        failures.push({
          exchange: venue.id,
          symbol: input,
          message,
          kind: rejected.length > 0 ? 'malformed' : 'bad_symbol',
        });
        continue;
      }
      rows.set(resolved.instrument.venue_symbol, resolved.instrument);
      if (resolved.notice !== null) notices.push(resolved.notice);
    }
    return { rows: [...rows.values()], failures, rejected: failures.length === 0 ? [] : rejected, notices };
  } catch (error) {
    const failure = signal.aborted ? timeOver(venue.id, null) : failureOf(venue.id, null, error, signal);
    return { rows: [], failures: [failure], rejected: [], notices: [] };
  }
}
