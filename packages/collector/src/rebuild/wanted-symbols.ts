import { isDollar, parseSymbol, symbolFromInput } from '@feedlake/schema';
import { type Instrument, resolveSymbol } from '../instruments.ts';
import type { Wanted } from '../selection.ts';

/** Whether an instrument is wanted, by its unified symbol and the venue's own name. */
export type IsWanted = (symbol: string, venueSymbol: string) => boolean;

/**
 * Which instruments were wanted when messages were captured: a stream of a whole market brings others too.
 * @param wanted Names as a person types them, or everything.
 * @param instruments As far as the lake has them; without any, names are taken by what they say.
 */
export function wantedSymbols(exchange: string, wanted: Wanted, instruments: readonly Instrument[]): IsWanted {
  if (wanted === 'all') return () => true;
  const listed = new Set(
    wanted.flatMap((name) => resolveSymbol(exchange, name, instruments)?.instrument.venue_symbol ?? []),
  );
  if (instruments.length > 0) return (_, venueSymbol) => listed.has(venueSymbol);
  return (symbol, venueSymbol) => wanted.some((name) => name === venueSymbol || isMeant(name, symbol));
}

/** Whether a name means a symbol, or a dollar perpetual of the same base that may stand for it. */
function isMeant(name: string, symbol: string): boolean {
  const input = symbolFromInput(name) ?? symbolFromInput(name.toUpperCase());
  if (input === symbol) return true;
  const [asked, found] = [parseSymbol(input ?? ''), parseSymbol(symbol)];
  if (asked === null || found === null) return false;
  const arePerpetuals = asked.type === 'perpetual' && found.type === 'perpetual';
  return arePerpetuals && asked.base === found.base && isDollar(asked.quote) && isDollar(found.quote);
}
