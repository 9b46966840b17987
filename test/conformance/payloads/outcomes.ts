import { adapterOf } from '../adapters.ts';
import { type PlainRow, plainRow } from '../rows.ts';
import { payloadText } from './manifest.ts';
import { normalizeLines, type Outcome } from './normalize.ts';
import { readPayload } from './read.ts';

/** What the messages and replies of a file became. */
export function outcomesOf(folder: string, venue: string, file: string): Outcome[] {
  return normalizeLines(adapterOf(venue), readPayload(file, payloadText(folder, file)));
}

/** All rows of some messages. */
export function rowsOf(outcomes: readonly Outcome[]): PlainRow[] {
  return outcomes.flatMap(({ result }) => result?.rows.map(plainRow) ?? []);
}
