import { isDollar, parseSymbol, type Row, symbolFromInput } from '@feedlake/schema';
import { VenueError } from '@feedlake/transport';
import { RowBuffer } from './row-buffer.ts';
import type { Venue } from './venue.ts';

export type Instrument = Row<'instruments'>;

/** How a name that a person typed was understood at a venue. */
export interface Resolved {
  readonly input: string;
  readonly instrument: Instrument;
  /** Set where another instrument than the one asked for was taken: the sentence that says so. */
  readonly notice: string | null;
}

/**
 * Lists the instruments of a venue and remembers them as its reference. `wanted` (null = all) may save requests where
 * a venue lists its instruments in parts.
 * @returns the rows and the reasons of those that were rejected.
 * @throws VenueError when the venue can't be asked, or lists nothing that can be read.
 */
export async function listInstruments(
  venue: Venue,
  wanted: readonly string[] | null,
  signal: AbortSignal,
): Promise<{ instruments: Instrument[]; rejected: readonly string[] }> {
  const buffer = new RowBuffer();
  await venue.instruments(wanted, buffer, signal);
  const instruments = buffer.of('instruments');
  const { rejected } = buffer;
  if (instruments.length === 0) {
    const message = `no instrument in the venue's list: ${rejected[0] ?? 'it is empty'}`;
    throw new VenueError(venue.id, { kind: 'malformed', message }, null);
  }
  return { instruments, rejected };
}

/**
 * Finds the instrument that a name stands for: a unified symbol in any accepted form, the venue's own name, or, for a
 * perpetual in dollars that the venue does not list, its dollar perpetual of the same base asset.
 * @returns null when nothing fits.
 */
export function resolveSymbol(venue: string, input: string, instruments: readonly Instrument[]): Resolved | null {
  const symbol = symbolFromInput(input) ?? symbolFromInput(input.toUpperCase());
  const lower = input.toLowerCase();
  const listed =
    find(instruments, (one) => one.symbol === symbol) ??
    find(instruments, (one) => one.venue_symbol === input) ??
    find(instruments, (one) => [one.symbol.toLowerCase(), one.venue_symbol.toLowerCase()].includes(lower));
  if (listed !== null) return { input, instrument: listed, notice: null };
  const wanted = symbol === null ? null : parseSymbol(symbol);
  if (wanted === null || wanted.type !== 'perpetual' || !isDollar(wanted.quote)) return null;
  const dollar = find(
    instruments,
    (one) => one.type === 'perpetual' && one.base === wanted.base && isDollar(one.quote),
  );
  return dollar === null
    ? null
    : { input, instrument: dollar, notice: `${venue} has no ${symbol}: taking its dollar perpetual ${dollar.symbol}` };
}

/** The first that fits, those in trading before the others. */
function find(instruments: readonly Instrument[], fits: (one: Instrument) => boolean): Instrument | null {
  const all = instruments.filter(fits);
  return all.find((one) => one.status === 'trading') ?? all[0] ?? null;
}

/** Listed symbols that look like the one asked for, the closest first, for error messages. */
export function similarSymbols(input: string, instruments: readonly Instrument[], count = 3): string[] {
  const base = (parseSymbol(symbolFromInput(input) ?? '')?.base ?? input).toUpperCase();
  return instruments
    .filter((one) => one.base.toUpperCase().includes(base) || base.includes(one.base.toUpperCase()))
    .sort((a, b) => Math.abs(a.base.length - base.length) - Math.abs(b.base.length - base.length))
    .slice(0, count)
    .map((one) => one.symbol);
}
