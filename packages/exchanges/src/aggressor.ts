/** The aggressor of a trade, from "the buyer is the maker"; null where that is not told. */
export function aggressorOf(buyerIsMaker: unknown): 'buy' | 'sell' | null {
  if (typeof buyerIsMaker !== 'boolean') return null;
  return buyerIsMaker ? 'sell' : 'buy';
}
