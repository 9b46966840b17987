import { assets, tradedByThousand } from '../model/assets.ts';
import { type Listing, type Market, marketOf } from '../model/market.ts';

const stocks = [
  ['AAPL.US', 268],
  ['NVDA.US', 182],
  ['TSLA.US', 410],
] as const;

/**
 * The markets of Backpack: perpetuals in USDC that are all funded hourly, one of them closed, stocks with dots in their
 * names, spot markets and a prediction market.
 */
export function backpackMarkets(seed: number, start: number, count: number): Market[] {
  const perpetual = { venue: 'backpack', quote: 'USDC', type: 'perpetual', fundingSeconds: 3600 } as const;
  const others = stocks.length + 3;
  const perpetuals = assets(Math.max(4, count - others)).map((asset): Listing => {
    const byThousand = tradedByThousand.has(asset.name);
    const base = byThousand ? `k${asset.name}` : asset.name;
    const multiplier = byThousand ? 1000 : 1;
    return { ...perpetual, symbol: `${base}_USDC_PERP`, base, asset, multiplier, active: asset.rank !== 11 };
  });
  const dotted = stocks.map(
    ([base, price], rank): Listing => ({
      ...perpetual,
      symbol: `${base}_USDC_PERP`,
      base,
      asset: { name: base, price, rank: 30 + rank },
    }),
  );
  const spot = assets(2).map(
    (asset): Listing => ({
      venue: 'backpack',
      quote: 'USDC',
      symbol: `${asset.name}_USDC`,
      base: asset.name,
      type: 'spot',
      asset,
      fundingSeconds: null,
    }),
  );
  const prediction: Listing = {
    venue: 'backpack',
    quote: 'USDC',
    symbol: 'RATECUT_YES_USDC_PREDICTION',
    base: 'RATECUT_YES',
    type: 'prediction',
    asset: { name: 'RATECUT', price: 0.42, rank: 40 },
    fundingSeconds: null,
  };
  return [...perpetuals, ...dotted, ...spot, prediction].map((listing) => marketOf(seed, start, listing));
}
