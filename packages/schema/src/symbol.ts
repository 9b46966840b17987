/** Unified symbols: `BTC-USDT-PERP` (linear perpetual), `BTC-USDT-20260327` (dated future), `BTC-USDT` (spot). */
export interface SymbolParts {
  readonly base: string;
  readonly quote: string;
  readonly type: 'perpetual' | 'future' | 'spot';
  /** `YYYYMMDD`, dated futures only. */
  readonly expiry?: string;
}

/** Writes a unified symbol. */
export function formatSymbol(parts: SymbolParts): string {
  const pair = `${parts.base}-${parts.quote}`;
  if (parts.type === 'perpetual') return `${pair}-PERP`;
  return parts.type === 'future' ? `${pair}-${parts.expiry}` : pair;
}

const unified = /^(.+)-([A-Z0-9]+)-(PERP|\d{8})$/;

/** Reads a unified symbol of a perpetual or a dated future; null when the text is none. */
export function parseSymbol(text: string): SymbolParts | null {
  const parts = unified.exec(text);
  if (parts === null) return null;
  const [, base = '', quote = '', last = ''] = parts;
  return last === 'PERP' ? { base, quote, type: 'perpetual' } : { base, quote, type: 'future', expiry: last };
}

const dollars = ['USDT', 'USDC', 'USD', 'USDE', 'FDUSD', 'BUSD', 'USDH', 'USDT0'];

/** Whether a quote asset counts as dollars when a perpetual is looked for under another venue's quote. */
export function isDollar(asset: string): boolean {
  return dollars.includes(asset);
}

const ccxt = /^([^/\s]+)\/([^:/\s]+):([^:/\s-]+)(?:-(\d{6}))?$/;
const joined = new RegExp(`^([^-]+?)(${dollars.join('|')})-PERP$`);

/**
 * Reads what a person may type for a derivative: a unified symbol, `BTCUSDT-PERP`, or ccxt's `BTC/USDT:USDT` and
 * `BTC/USDT:USDT-260327`. A venue's own name is not known here.
 * @returns the unified symbol, or null when the text has none of these forms.
 */
export function symbolFromInput(text: string): string | null {
  const parts = parseSymbol(text);
  if (parts !== null) return formatSymbol(parts);
  const fromCcxt = ccxt.exec(text);
  if (fromCcxt !== null) {
    const [, base = '', quote = '', , expiry] = fromCcxt;
    return formatSymbol(
      expiry === undefined
        ? { base, quote, type: 'perpetual' }
        : { base, quote, type: 'future', expiry: `20${expiry}` },
    );
  }
  const compact = joined.exec(text);
  return compact === null ? null : formatSymbol({ base: compact[1] ?? '', quote: compact[2] ?? '', type: 'perpetual' });
}
