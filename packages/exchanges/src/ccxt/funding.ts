import { floorTo, hour, minute } from '@feedlake/schema';
import type { Mapping } from '../mapping.ts';
import { intervalSeconds, type JsonObject, objectOf, textOf } from '../value.ts';
import type { Market } from './market.ts';
import type { Quirks } from './quirks.ts';
import { timeOfStructure } from './time.ts';

/**
 * Adds the row of a running rate. ccxt's `fundingRate` is the rate that runs with most exchanges and the last one
 * charged with some, where `nextFundingRate` is the one that runs: their times tell.
 */
export function mapFundingRate(value: unknown, market: Market, quirks: Quirks, mapping: Mapping): void {
  const structure = objectOf(value) ?? {};
  const running = runningRate(structure, quirks, mapping.received);
  mapping.row('funding_rates', market.venueSymbol, timeOfStructure(structure.timestamp), {
    kind: 'running',
    ...running,
    interval_seconds: quirks.assumedInterval ? null : statedInterval(structure.interval),
    mark_price: textOf(structure.markPrice),
    index_price: textOf(structure.indexPrice),
  });
}

interface Rate {
  readonly rate: string | null;
  readonly funding_time: number | null;
}

function runningRate(structure: JsonObject, quirks: Quirks, received: number): Rate {
  const rate = textOf(structure.fundingRate);
  const next = textOf(structure.nextFundingRate);
  const time = fundingTime(structure, quirks, received);
  const nextTime = timeOfStructure(structure.nextFundingTimestamp);
  const isCharged = time === null || time <= received;
  if (!isCharged) return { rate, funding_time: time };
  const isNextAhead = nextTime !== null && nextTime > received;
  if (next !== null && (isNextAhead || rate === null))
    return { rate: next, funding_time: isNextAhead ? nextTime : null };
  // Exchanges without a rate for later put the time of the running one where that of the later one belongs.
  return { rate, funding_time: isNextAhead && time === null ? nextTime : null };
}

function fundingTime(structure: JsonObject, quirks: Quirks, received: number): number | null {
  if (quirks.fundingTime === 'next_hour') return floorTo(received, hour) + hour;
  return quirks.fundingTime === 'not_told' ? null : timeOfStructure(structure.fundingTimestamp);
}

function statedInterval(text: unknown): number | null {
  return intervalSeconds(text) || null;
}

/**
 * Adds the row of a settled rate. One stamped later than a minute ago may be the estimate for the interval still open,
 * which some exchanges put on top of their history: it is left out until then.
 */
export function mapSettledRate(value: unknown, market: Market, mapping: Mapping): void {
  const structure = objectOf(value) ?? {};
  const time = timeOfStructure(structure.timestamp);
  const { venueSymbol } = market;
  if (time === null) {
    const about = { dataset: 'funding_rates', venue_symbol: venueSymbol } as const;
    mapping.reject(`funding_rates of ${venueSymbol}: timestamp is no time: ${structure.timestamp}`, about);
  } else if (time > mapping.received - minute) {
    mapping.ignore(`funding_rates of ${venueSymbol}: not settled yet`);
  } else {
    mapping.row('funding_rates', venueSymbol, time, {
      kind: 'settled',
      rate: textOf(structure.fundingRate),
      funding_time: floorTo(time + minute / 2, minute),
    });
  }
}
