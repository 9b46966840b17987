import type { SegmentPart } from '@feedlake/lake';
import type { DatasetName, Row } from '@feedlake/schema';
import { Ledger } from './ledger.ts';
import type { LedgerEntry } from './ledger-entry.ts';

/** The ledger as it is noted in a segment, so that a crash does not take the account of what was received with it. */
interface LedgerState {
  readonly kind: 'ledger';
  readonly at: number;
  readonly entries: readonly EntryState[];
}

type EntryState = readonly [
  exchange: string,
  dataset: DatasetName,
  symbol: string | null,
  venueSymbol: string | null,
  kind: 'stream' | 'poll',
  source: string,
  from: number | null,
  until: number,
  rows: number,
  gaps: readonly (readonly [part: string, from: number, cause: string])[],
];

/** The state of a ledger, fit to be noted. */
export function ledgerState(ledger: Ledger, at: number): object {
  const entries = [...ledger.entries].map(({ key, kind, source, from, until, rows, gaps }): EntryState => {
    const open = [...gaps].map(([part, gap]) => [part, gap.from, gap.cause] as const);
    return [key.exchange, key.dataset, key.symbol, key.venueSymbol, kind, source, from, until, rows, open];
  });
  return { kind: 'ledger', at, entries } satisfies LedgerState;
}

/** The last state of the ledger among the notes of a segment, and its place there; null where none is. */
export function lastLedgerState(
  notes: readonly object[],
): { readonly state: LedgerState; readonly place: number } | null {
  const place = notes.findLastIndex((note) => 'kind' in note && note.kind === 'ledger');
  return place < 0 ? null : { state: notes[place] as LedgerState, place };
}

/** Where a feed stands or stood that is owed. */
export interface FeedEnd {
  readonly exchange: string;
  readonly dataset: DatasetName;
  readonly symbol: string | null;
  /** Until when nothing was lost (µs). */
  readonly until: number;
}

/** Where all feeds stand that are owed: until when everything was told. */
export function endsOf(ledger: Ledger): FeedEnd[] {
  return [...ledger.entries].flatMap(({ key: { exchange, dataset, symbol }, from, until, gaps }) => {
    // Nothing of it is owed any more: what comes when it is wanted again is no downtime.
    if (from === null && gaps.size === 0) return [];
    return [{ exchange, dataset, symbol, until: Math.max(until, ...starts(gaps)) }];
  });
}

/**
 * Closes the account of a writer that crashed, from the last noted state and the rows that came after it.
 * @returns the coverage rows that it could not write any more, and where each feed stood.
 */
export function closeAccount(
  writer: string,
  state: LedgerState,
  rowsAfter: readonly SegmentPart[],
): { readonly coverage: readonly Row<'coverage'>[]; readonly ends: readonly FeedEnd[] } {
  const coverage: Row<'coverage'>[] = [];
  const latest = newestRows(rowsAfter);
  const last = Math.max(state.at, ...[...latest.values()].map(({ until }) => until));
  const ledger = new Ledger({ writer, now: () => last, emit: (row) => coverage.push(row) });
  for (const [exchange, dataset, symbol, venueSymbol, kind, source, from, until, rows, gaps] of state.entries) {
    const entry = ledger.entry({ exchange, dataset, symbol, venueSymbol });
    entry.kind = kind;
    entry.source = source;
    entry.owedFrom = from ?? until;
    for (const [part, since, cause] of gaps) entry.gaps.set(part, { from: since, cause });
    if (from === null) continue;
    const newer = latest.get(JSON.stringify([exchange, dataset, symbol]));
    entry.begin(from);
    entry.until = Math.max(until, newer?.until ?? 0);
    entry.rows = rows + (newer?.rows ?? 0);
  }
  ledger.cut();
  return { coverage, ends: endsOf(ledger) };
}

/** Where the open gaps of an entry go on from. */
function starts(gaps: LedgerEntry['gaps']): number[] {
  return [...gaps.values()].map(({ from }) => from);
}

function newestRows(parts: readonly SegmentPart[]): Map<string, { until: number; rows: number }> {
  const newest = new Map<string, { until: number; rows: number }>();
  for (const part of parts) {
    for (const [symbol, { last, rows }] of part.receivedBySymbol()) {
      newest.set(JSON.stringify([part.exchange, part.dataset, symbol]), { until: last, rows });
    }
  }
  return newest;
}
