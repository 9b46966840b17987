import type { Failure } from './failure.ts';
import { type Instrument, listInstruments, resolveSymbol, similarSymbols } from './instruments.ts';
import type { Venue } from './venue.ts';

/** Which symbols are wanted: names as a person types them, or everything that is in trading. */
export type Wanted = readonly string[] | 'all';

export interface Selected {
  readonly instruments: readonly Instrument[];
  readonly failures: readonly Failure[];
  /** Why instruments were turned down that may be among those wanted. */
  readonly rejected: readonly string[];
  readonly notices: readonly string[];
}

/**
 * Turns wanted names into instruments of a venue; `all` means everything that is in trading there.
 * @throws VenueError when the venue's instruments can't be listed.
 */
export async function select(venue: Venue, wanted: Wanted, signal: AbortSignal): Promise<Selected> {
  const { instruments, rejected } = await listInstruments(venue, wanted === 'all' ? null : wanted, signal);
  if (wanted === 'all') {
    const trading = instruments.filter((one) => one.status === 'trading');
    return { instruments: trading, failures: [], rejected, notices: [] };
  }
  const chosen = new Map<string, Instrument>();
  const failures: Failure[] = [];
  const notices: string[] = [];
  for (const input of wanted) {
    const resolved = resolveSymbol(venue.id, input, instruments);
    if (resolved === null) {
      failures.push({
        exchange: venue.id,
        symbol: input,
        message: notListed(venue.id, input, instruments),
        kind: 'bad_symbol',
      });
      continue;
    }
    chosen.set(resolved.instrument.venue_symbol, resolved.instrument);
    if (resolved.notice !== null) notices.push(resolved.notice);
  }
  return { instruments: [...chosen.values()], failures, rejected: failures.length === 0 ? [] : rejected, notices };
}

function notListed(venue: string, input: string, instruments: readonly Instrument[]): string {
  const similar = similarSymbols(input, instruments);
  const hint =
    similar.length === 0 ? `see: feedlake symbols --exchange ${venue}` : `did you mean ${similar.join(', ')}?`;
  return `${input} is not listed on ${venue}; ${hint}`;
}
