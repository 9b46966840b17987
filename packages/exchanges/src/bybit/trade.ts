/** The aggressor: `S` and `side` are the side of the taker ("Trade", "Get Recent Public Trades"). */
export function aggressor(side: unknown): 'buy' | 'sell' | null {
  if (side === 'Buy') return 'buy';
  return side === 'Sell' ? 'sell' : null;
}
