import { assets, tradedByThousand } from '../model/assets.ts';
import { type Market, marketOf } from '../model/market.ts';

/** The perpetuals of one Hyperliquid dex, in the order of its universe. */
export interface Dex {
  /** "" is the venue's own dex, the others are builder-deployed (HIP-3). */
  readonly name: string;
  readonly markets: readonly Market[];
}

const builderDexes: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
  xyz: [
    ['XYZ100', 24_500],
    ['NVDA', 182],
    ['TSLA', 410],
    ['AAPL', 268],
    ['GOLD', 4100],
    ['SP500', 6700],
    ['EUR', 1.16],
  ],
  flx: [
    ['OIL', 61],
    ['SILVER', 51],
    ['XMR', 380],
  ],
};

/** The dexes of Hyperliquid: `count` coins on the first one, a quarter of the lesser known delisted, and two builder dexes. */
export function hyperliquidDexes(seed: number, start: number, count: number): Dex[] {
  const perpetual = { venue: 'hyperliquid', quote: 'USDC', type: 'perpetual', fundingSeconds: 3600 } as const;
  const common = { ...perpetual, priceDigits: 5 };
  const first = assets(count).map((asset) => {
    const byThousand = tradedByThousand.has(asset.name);
    const coin = byThousand ? `k${asset.name}` : asset.name;
    const active = asset.rank < 8 || asset.rank % 4 !== 3;
    const listing = { ...common, symbol: coin, base: coin, asset, multiplier: byThousand ? 1000 : 1, active };
    return marketOf(seed, start, listing);
  });
  const others = Object.entries(builderDexes).map(([name, coins]) => ({
    name,
    markets: coins.map(([coin, price], rank) => {
      const symbol = `${name}:${coin}`;
      const asset = { name: coin, price, rank: rank + 20 };
      return marketOf(seed, start, { ...common, symbol, base: symbol, asset });
    }),
  }));
  return [{ name: '', markets: first }, ...others];
}
