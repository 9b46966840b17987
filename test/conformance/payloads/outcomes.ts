import { type ExchangeAdapter, nativeAdapters } from '@feedlake/exchanges';
import { type PlainRow, plainRow } from '../rows.ts';
import { payloadText } from './manifest.ts';
import { normalizeLines, type Outcome } from './normalize.ts';
import { readPayload } from './read.ts';

/**
 * The native adapter of a venue.
 * @throws Error when there is none.
 */
export function adapterOf(venue: string): ExchangeAdapter {
  const adapter = nativeAdapters[venue];
  if (adapter === undefined) throw new Error(`no adapter for ${venue}`);
  return adapter;
}

/** What the messages and replies of a file became. */
export function outcomesOf(folder: string, venue: string, file: string): Outcome[] {
  return normalizeLines(adapterOf(venue), readPayload(file, payloadText(folder, file)));
}

/** All rows of some messages. */
export function rowsOf(outcomes: readonly Outcome[]): PlainRow[] {
  return outcomes.flatMap(({ result }) => result?.rows.map(plainRow) ?? []);
}
