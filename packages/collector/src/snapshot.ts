import { NotOfferedError, type PolledDataset } from '@feedlake/exchanges';
import { mapConcurrently } from './concurrency.ts';
import { type Failure, failureOf, timeOver } from './failure.ts';
import { type PolledRow, polledRows } from './polled-row.ts';
import { type Rejection, RowBuffer } from './row-buffer.ts';
import { select, type Wanted } from './selection.ts';
import type { PageListener, Venue } from './venue.ts';

export interface SnapshotOptions {
  readonly symbols: Wanted;
  /** The slot of the schedule that this snapshot is for, in microseconds; null when nobody scheduled it. */
  readonly scheduled: number | null;
  readonly signal: AbortSignal;
  /** When aborted, give what came until then, and the rest as failures, instead of throwing the signal's reason. Default false. */
  readonly keepsPart?: boolean;
  readonly onPage?: PageListener;
}

export interface Snapshot<Dataset extends PolledDataset> {
  readonly rows: readonly PolledRow<Dataset>[];
  readonly failures: readonly Failure[];
  /** Why rows of the venue that were wanted were turned down, one reason each. */
  readonly rejected: readonly string[];
  readonly notices: readonly string[];
  /** It was aborted, and this is the part that came before. */
  readonly isPart: boolean;
}

/**
 * Asks one venue for the present state of a dataset. Whatever fails costs only itself: the rest comes as rows, the
 * failure is reported. Throws nothing but the signal's reason.
 */
export async function takeSnapshot<Dataset extends PolledDataset>(
  venue: Venue,
  dataset: Dataset,
  options: SnapshotOptions,
): Promise<Snapshot<Dataset>> {
  const { symbols, scheduled, signal, onPage } = options;
  const buffer = new RowBuffer();
  const failures: Failure[] = [];
  const rejected: string[] = [];
  const notices: string[] = [];
  const isKeptPart = () => signal.aborted && options.keepsPart === true;
  let wanted: Set<string> | null = null;
  try {
    const offer = await venue.snapshot(dataset);
    if ('notOffered' in offer) throw new NotOfferedError(offer.notOffered);
    if (symbols !== 'all' || offer.needsNames) {
      const selected = await select(venue, symbols, signal);
      failures.push(...selected.failures);
      rejected.push(...selected.rejected);
      notices.push(...selected.notices);
      wanted = new Set(selected.instruments.map((one) => one.venue_symbol));
    }
    if (dataset === 'funding_rates' && symbols !== 'all') {
      const dated = [...(wanted ?? [])].filter((name) => venue.reference.instruments.get(name)?.type === 'future');
      for (const name of dated) notices.push(`${venue.id}: ${name} is a dated future and has no funding`);
    }
    if (wanted === null || wanted.size > 0) {
      const names = wanted === null ? null : [...wanted];
      const parts = offer.parts(names);
      await mapConcurrently(parts, offer.atOnce ?? parts.length, async (part) => {
        try {
          await part.fetch(buffer, signal, onPage);
        } catch (error) {
          failures.push(
            isKeptPart() ? timeOver(venue.id, part.symbol) : failureOf(venue.id, part.symbol, error, signal),
          );
        }
      });
    }
  } catch (error) {
    failures.push(isKeptPart() ? timeOver(venue.id, null) : failureOf(venue.id, null, error, signal));
  }
  const isPart = isKeptPart();
  const rows = polledRows(buffer, dataset).filter((row) => wanted?.has(row.venue_symbol) ?? true);
  for (const row of rows) row.scheduled_time = scheduled;
  const rejections = buffer.rejectionsOf(dataset, wanted);
  rejected.push(...rejections.map(({ reason }) => reason));
  if (!isPart && failures.every(({ symbol }) => symbol !== null)) {
    failures.push(...missingFrom(venue, dataset, symbols === 'all' ? null : wanted, rows, failures, rejections));
  }
  return { rows, failures, rejected, notices, isPart };
}

/**
 * Wanted by name, answered by the venue, and neither among the rows nor reported already. A dated future has no funding
 * rate: no failure.
 */
function missingFrom(
  venue: Venue,
  dataset: PolledDataset,
  wanted: ReadonlySet<string> | null,
  rows: readonly { venue_symbol: string }[],
  failures: readonly Failure[],
  rejections: readonly Rejection[],
): Failure[] {
  const lacking = (symbol: string | null, message: string): Failure[] => [
    { exchange: venue.id, symbol, message, kind: 'malformed' },
  ];
  if (wanted === null) {
    const isEmpty = rows.length === 0 && failures.length === 0 && rejections.length === 0;
    return isEmpty ? lacking(null, `the venue's reply has no ${dataset} of any instrument`) : [];
  }
  const reported = new Set([
    ...rows.map((row) => row.venue_symbol),
    ...failures.map(({ symbol }) => symbol),
    ...rejections.map(({ about }) => about?.venue_symbol),
  ]);
  return [...wanted].flatMap((name) => {
    const isDated = venue.reference.instruments.get(name)?.type === 'future';
    if (reported.has(name) || (isDated && dataset === 'funding_rates')) return [];
    return lacking(name, `the venue's reply has no ${dataset} of it`);
  });
}
