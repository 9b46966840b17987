import type { Lake } from '@feedlake/lake';
import type { DatasetName } from '@feedlake/schema';
import { claimOf } from '../coverage/kind.ts';
import { lookBack } from '../coverage/read.ts';
import type { Interval } from '../intervals.ts';

/** Data of a topic was missing from a time on: what came next was not known to follow what came before. */
export interface Interruption {
  /** Receipt of the last message before it (µs). */
  readonly from: number;
  readonly dataset: DatasetName;
  /** The venue's own name; null = any. */
  readonly venueSymbol: string | null;
  /** Null: the process was not running. */
  readonly topic: string | null;
  readonly cause: string;
}

/** Parts of an account that tell what was made of the messages: that comes about again by itself. */
const derived: ReadonlySet<string> = new Set(['book', 'trades', 'malformed', 'poll']);

/**
 * Where the streams of an exchange were interrupted, as coverage has it, in the order of time. Messages alone don't tell.
 * @throws StoreError, ObjectError when the lake can't be read.
 */
export async function interruptions(lake: Lake, exchange: string, { from, to }: Interval): Promise<Interruption[]> {
  const found: Interruption[] = [];
  const query = {
    exchange,
    from: from - lookBack,
    to,
    columns: ['dataset', 'venue_symbol', 'from_time', 'state', 'cause', 'detail'] as const,
  };
  for await (const row of lake.scan('coverage', query)) {
    const { dataset, venue_symbol = null, from_time, state, cause = null, detail = null } = row;
    const { kind, topic } = claimOf(detail);
    if (state !== 'gap' || kind !== 'stream' || cause === null || cause === 'start') continue;
    if (topic !== null && derived.has(topic)) continue;
    if (topic === null && cause !== 'shutdown' && cause !== 'crash') continue;
    found.push({ from: from_time, dataset: dataset as DatasetName, venueSymbol: venue_symbol, topic, cause });
  }
  return found.sort((a, b) => a.from - b.from);
}
