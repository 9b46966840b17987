import { assets, tradedByThousand } from '../model/assets.ts';
import { quarterlyExpiries } from '../model/expiry.ts';
import { type Listing, type Market, marketOf } from '../model/market.ts';

/**
 * The linear instruments of Bybit: perpetuals in USDT, some in USDC (`BTCPERP`), quarterly futures (`BTC-27MAR26`), and
 * assets traded by the thousand.
 */
export function bybitMarkets(seed: number, start: number, count: number): Market[] {
  const listings = assets(count).flatMap((asset): Listing[] => {
    const byThousand = tradedByThousand.has(asset.name);
    const base = byThousand ? `1000${asset.name}` : asset.name;
    const common = { venue: 'bybit', base, asset, multiplier: byThousand ? 1000 : 1 } as const;
    const perpetual: Listing = {
      ...common,
      symbol: `${base}USDT`,
      quote: 'USDT',
      type: 'perpetual',
      fundingSeconds: fundingSeconds(asset.rank),
    };
    const usdc: Listing = { ...perpetual, symbol: `${base}PERP`, quote: 'USDC', fundingSeconds: 28_800 };
    const futures = quarterlyExpiries(start).map(
      (expiry): Listing => ({
        ...common,
        symbol: `${base}-${dateCode(expiry)}`,
        quote: 'USDC',
        type: 'future',
        expiry,
        fundingSeconds: null,
      }),
    );
    return [perpetual, ...(asset.rank % 8 < 2 ? [usdc] : []), ...(asset.rank < 2 ? futures : [])];
  });
  return listings.slice(0, count).map((listing) => marketOf(seed, start, listing));
}

function fundingSeconds(rank: number): number {
  if (rank < 4) return 28_800;
  if (rank % 13 === 6) return 3_600;
  return rank % 2 === 0 ? 28_800 : 14_400;
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

function dateCode(expiry: number): string {
  const date = new Date(expiry / 1000);
  return `${date.getUTCDate()}${months[date.getUTCMonth()]}${String(date.getUTCFullYear()).slice(2)}`;
}
