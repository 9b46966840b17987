import { formatSymbol } from '@feedlake/schema';
import { type Market, marketOf } from './market.ts';
import type { Quirks } from './quirks.ts';

/** The derivatives of one exchange, by ccxt's symbols and by the venue's own names. */
export class Markets {
  readonly all: readonly Market[];
  /** Why markets were left out that should be here. */
  readonly rejected: readonly string[];
  readonly #bySymbol: ReadonlyMap<string, Market>;
  readonly #byName: ReadonlyMap<string, Market>;

  /** @param structures ccxt's market structures. */
  constructor(structures: readonly unknown[], quirks: Quirks) {
    const read = structures.map((structure) => marketOf(structure, quirks));
    const markets = read.filter((one) => typeof one === 'object' && one !== null);
    // Two contracts of one unified symbol would be taken for each other: the linear one keeps it.
    const inOrder = [...markets.filter(({ linear }) => linear), ...markets.filter(({ linear }) => !linear)];
    const unified = new Map<string, Market>();
    const byName = new Map<string, Market>();
    const rejected = read.filter((one) => typeof one === 'string');
    for (const market of inOrder) {
      const symbol = formatSymbol(market.parts);
      const other = unified.get(symbol) ?? byName.get(market.venueSymbol);
      if (other !== undefined) {
        rejected.push(`instruments of ${market.symbol}: it can't be told from ${other.symbol}, both are ${symbol}`);
        continue;
      }
      unified.set(symbol, market);
      byName.set(market.venueSymbol, market);
    }
    this.rejected = rejected;
    this.#byName = byName;
    this.#bySymbol = new Map([...byName.values()].map((market) => [market.symbol, market]));
    this.all = markets.filter((market) => byName.get(market.venueSymbol) === market);
  }

  /** The market of one of ccxt's structures, by the symbol in it; null when it is none of ours. */
  ofStructure(symbol: unknown): Market | null {
    return this.#bySymbol.get(String(symbol)) ?? null;
  }

  /** @throws RangeError when the exchange lists no such derivative. */
  named(venueSymbol: string): Market {
    const market = this.#byName.get(venueSymbol);
    if (market === undefined) throw new RangeError(`${venueSymbol}: not among the markets that ccxt lists`);
    return market;
  }
}
