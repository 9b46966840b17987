import { assets, tradedByThousand } from '../model/assets.ts';
import { quarterlyExpiries } from '../model/expiry.ts';
import { type Listing, type Market, marketOf } from '../model/market.ts';

/**
 * The instruments of Binance USD-M futures: perpetuals in USDT, some in USDC, quarterly futures, assets traded by the
 * thousand, and now and then one that is being settled.
 */
export function binanceMarkets(seed: number, start: number, count: number): Market[] {
  const listings = assets(count).flatMap((asset): Listing[] => {
    const byThousand = tradedByThousand.has(asset.name);
    const base = byThousand ? `1000${asset.name}` : asset.name;
    const common = { venue: 'binance', base, asset, multiplier: byThousand ? 1000 : 1 } as const;
    const perpetual: Listing = {
      ...common,
      symbol: `${base}USDT`,
      quote: 'USDT',
      type: 'perpetual',
      active: asset.rank % 97 !== 96,
      fundingSeconds: fundingSeconds(asset.rank),
    };
    const futures = quarterlyExpiries(start).map(
      (expiry): Listing => ({
        ...common,
        symbol: `${base}USDT_${dateCode(expiry)}`,
        quote: 'USDT',
        type: 'future',
        expiry,
        fundingSeconds: null,
      }),
    );
    const usdc: Listing = { ...perpetual, symbol: `${base}USDC`, quote: 'USDC', fundingSeconds: 28_800, active: true };
    return [perpetual, ...(asset.rank % 9 < 2 ? [usdc] : []), ...(asset.rank < 2 ? futures : [])];
  });
  return listings.slice(0, count).map((listing) => marketOf(seed, start, listing));
}

/**
 * Some COIN-M perpetuals. REST and single streams of USD-M know nothing of them; since June 2026 they stand in its streams
 * of all markets.
 */
export function coinMarginedMarkets(seed: number, start: number): Market[] {
  return assets(2).map((asset) =>
    marketOf(seed, start, {
      venue: 'binance',
      symbol: `${asset.name}USD_PERP`,
      base: asset.name,
      quote: 'USD',
      type: 'perpetual',
      asset,
      fundingSeconds: 28_800,
    }),
  );
}

function fundingSeconds(rank: number): number {
  if (rank < 4) return 28_800;
  if (rank % 11 === 5) return 3_600;
  return rank % 3 === 0 ? 28_800 : 14_400;
}

function dateCode(expiry: number): string {
  return new Date(expiry / 1000).toISOString().slice(2, 10).replaceAll('-', '');
}
