import { day, floorTo, hour, minute, second } from '@feedlake/schema';
import type { VenueId } from '../venue.ts';
import { keyOf, uniform, wander } from './noise.ts';
import { type Pace, usualPace } from './pace.ts';

/** One instrument of one venue. What it is worth and how much of it is open follow from its keys and the time alone. */
export interface Market {
  readonly venue: VenueId;
  /** The venue's own name. */
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly type: 'perpetual' | 'future' | 'spot' | 'prediction';
  /** False for what is listed and not traded any more. */
  readonly active: boolean;
  /** Microseconds. History begins here. */
  readonly listed: number;
  /** Microseconds; null for what never expires. */
  readonly expiry: number | null;
  /** Seconds between fundings; null where there is none. */
  readonly fundingSeconds: number | null;
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
  /** Price in the middle of its range. */
  readonly price: number;
  /** Open interest in the middle of its range, one side, base units. */
  readonly size: number;
  readonly assetKey: number;
  readonly key: number;
  readonly pace: Pace;
}

/** What a venue says of an instrument to have it modelled. */
export interface Listing {
  readonly venue: VenueId;
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly type: Market['type'];
  /** The asset that its price follows, and how many of them are one unit. */
  readonly asset: { readonly name: string; readonly price: number; readonly rank: number };
  readonly multiplier?: number;
  readonly active?: boolean;
  readonly expiry?: number | null;
  readonly fundingSeconds: number | null;
  /** Digits that its prices have at least. Default 6. */
  readonly priceDigits?: number;
}

/** Makes the market of a listing. `start` (microseconds) is when the simulation starts: some listings are days older than it. */
export function marketOf(seed: number, start: number, listing: Listing): Market {
  const { venue, symbol, asset, multiplier = 1, active = true, expiry = null, priceDigits = 6 } = listing;
  const key = keyOf(`${seed}/${venue}/${symbol}`);
  const price = asset.price * multiplier;
  const magnitude = Math.floor(Math.log10(price));
  return {
    venue,
    symbol,
    base: listing.base,
    quote: listing.quote,
    type: listing.type,
    active,
    listed: listedTime(key, asset.rank, start, expiry),
    expiry,
    fundingSeconds: listing.fundingSeconds,
    priceDecimals: Math.min(8, Math.max(priceDigits === 6 ? 1 : 0, priceDigits - 1 - magnitude)),
    sizeDecimals: Math.min(3, Math.max(0, magnitude - 1)),
    price,
    size: ((3e9 * (0.5 + uniform(key, 1))) / (asset.rank + 1) ** 1.2 / price) * (expiry === null ? 1 : 0.05),
    assetKey: keyOf(`${seed}/${asset.name}`),
    key,
    pace: usualPace,
  };
}

/** The same markets at another pace. */
export function paced(markets: readonly Market[], pace: Pace): Market[] {
  return markets.map((market) => ({ ...market, pace }));
}

const firstListing = 1_577_836_800 * second;
const lastOldListing = 1_748_736_000 * second;

function listedTime(key: number, rank: number, start: number, expiry: number | null): number {
  if (expiry !== null) return expiry - 180 * day;
  if (rank % 17 === 16) return floorTo(start, day) - (1 + (rank % 9)) * day + 10 * hour;
  return floorTo(firstListing + uniform(key, 2) * (lastOldListing - firstListing), hour);
}

/** The index price, shared by all venues. Time in microseconds. */
export function indexPrice(market: Market, time: number): number {
  const key = market.assetKey;
  const drift =
    0.25 * wander(key, time, 45 * day) +
    0.06 * wander(key + 1, time, 3 * day) +
    0.015 * wander(key + 2, time, 8 * hour) +
    0.003 * wander(key + 3, time, 20 * minute) +
    0.0005 * wander(key + 4, time, 10 * second);
  return market.price * Math.exp(drift);
}

/** The mark price: the index and the venue's own premium. */
export function markPrice(market: Market, time: number): number {
  return indexPrice(market, time) * (1 + 0.0006 * wander(market.key + 10, time, hour));
}

/** The last traded price: around the mark price. */
export function lastPrice(market: Market, time: number): number {
  return markPrice(market, time) * (1 + 0.0003 * wander(market.key + 11, time, 5 * second));
}

/** Open interest of one side in base units, not yet rounded to the venue's step; 0 for what is not traded any more. */
export function openInterest(market: Market, time: number): number {
  if (!market.active) return 0;
  const key = market.key + 20;
  const drift =
    0.3 * wander(key, time, 20 * day) + 0.05 * wander(key + 1, time, 6 * hour) + 0.004 * wander(key + 2, time, minute);
  return market.size * Math.exp(drift);
}

/** The price step in the middle of the book: the lowest that can be asked. Whole steps of `10 ** -priceDecimals`. */
export function middleTick(market: Market, time: number): number {
  return Math.max(market.pace.bookLevels + 1, Math.round(lastPrice(market, time) * 10 ** market.priceDecimals));
}
