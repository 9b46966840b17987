import { now, parseSymbol, symbolFromInput } from '@feedlake/schema';
import { VenueError } from '@feedlake/transport';
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
 * Turns wanted names into instruments of a venue; `all` means everything that is in trading on its main market. When
 * the instruments can't be listed, the venue's own names are taken at their word.
 * @throws VenueError when the instruments can't be listed and are needed.
 */
export async function select(venue: Venue, wanted: Wanted, signal: AbortSignal): Promise<Selected> {
  if (wanted === 'all') {
    const { instruments, rejected } = await listInstruments(venue, [], signal);
    const trading = instruments.filter((one) => one.status === 'trading');
    return { instruments: trading, failures: [], rejected, notices: [] };
  }
  try {
    const { instruments, rejected } = await listInstruments(venue, wanted, signal);
    return choose(venue, wanted, instruments, rejected);
  } catch (error) {
    const named = error instanceof VenueError ? wanted.map((name) => unlisted(venue, name)) : [null];
    const instruments = named.filter((one) => one !== null);
    if (instruments.length < named.length || !(error instanceof VenueError)) throw error;
    const notice = `${venue.id}: the instruments can't be listed (${error.fault.message}); taking the names as they are`;
    return { instruments, failures: [], rejected: [], notices: [notice] };
  }
}

/** An instrument known by the venue's own name alone; null when that does not tell which it is. */
function unlisted(venue: Venue, name: string): Instrument | null {
  const symbol = symbolFromInput(name) === null ? venue.symbolOf(name) : null;
  const parts = symbol === null ? null : parseSymbol(symbol);
  if (symbol === null || parts === null) return null;
  const { base, quote, type } = parts;
  const common = { exchange: venue.id, symbol, venue_symbol: name, ts_recv: now(), source: 'rest' };
  return { ...common, type, base, quote, settle: quote, status: 'not listed' };
}

function choose(
  venue: Venue,
  wanted: readonly string[],
  instruments: readonly Instrument[],
  rejected: readonly string[],
): Selected {
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
