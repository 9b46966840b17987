import { floorTo, minute } from '@feedlake/schema';
import type { ReplyMapper } from '../adapter.ts';
import type { Mapping } from '../mapping.ts';
import { arrayOf, msTime, objectOf, textOf } from '../value.ts';
import { fundingInterval, metaAndContexts, nextFunding } from './contexts.ts';
import { mapFills } from './fills.ts';
import { metas } from './instruments.ts';
import { mapBookSnapshot, mapCandles, mapTrades } from './market.ts';

function reply(type: string, map: (body: unknown, mapping: Mapping) => void): ReplyMapper {
  return { method: 'POST', paths: ['/info'], type, map };
}

/** `fundingHistory`: what was charged, stamped some milliseconds after the hour. */
function mapFundingHistory(body: unknown, mapping: Mapping): void {
  const rows = arrayOf(body);
  if (rows === null) mapping.reject(`fundingHistory of ${mapping.bodyParameter('coin')}: no rows`);
  for (const value of rows ?? []) {
    const entry = objectOf(value) ?? {};
    const time = msTime(entry.time);
    if (time === null) {
      mapping.reject(`funding_rates of ${entry.coin}: time is no time: ${entry.time}`);
      continue;
    }
    mapping.row('funding_rates', entry.coin, time, {
      kind: 'settled',
      rate: textOf(entry.fundingRate),
      funding_time: floorTo(time + minute / 2, minute),
    });
  }
}

/** `predictedFundings`: `[coin, [[venue, rate], …]]`. Other venues' rates are theirs to tell. */
function mapPredictedFundings(body: unknown, mapping: Mapping): void {
  const coins = arrayOf(body);
  if (coins === null) mapping.reject('predictedFundings: no coins');
  for (const value of coins ?? []) {
    const [coin, venues] = arrayOf(value) ?? [];
    const own = arrayOf(venues)?.find((venue) => arrayOf(venue)?.[0] === 'HlPerp');
    const prediction = objectOf(arrayOf(own)?.[1]);
    if (prediction === null) {
      mapping.ignore(`predictedFundings of ${coin}: no rate of this venue`);
    } else {
      mapping.row('funding_rates', coin, null, {
        kind: 'running',
        rate: textOf(prediction.fundingRate),
        funding_time: nextFunding(mapping),
        interval_seconds: fundingInterval,
      });
    }
  }
}

const withoutRows: Readonly<Record<string, string>> = {
  allMids: 'mid prices have no column',
  perpDexs: 'names of dexes only',
  spotMeta: 'spot',
  spotMetaAndAssetCtxs: 'spot',
  tokenDetails: 'spot',
  exchangeStatus: 'no market data',
  clearinghouseState: 'private',
  openOrders: 'private',
  frontendOpenOrders: 'private',
};

/** The mappers of Hyperliquid's `/info` replies, by the type asked for. */
export const replies: readonly ReplyMapper[] = [
  metaAndContexts,
  ...metas,
  reply('fundingHistory', mapFundingHistory),
  reply('predictedFundings', mapPredictedFundings),
  reply('l2Book', mapBookSnapshot),
  reply('recentTrades', mapTrades),
  reply('candleSnapshot', mapCandles),
  ...['userFills', 'userFillsByTime'].map((type) =>
    reply(type, (body, mapping) => mapFills(body, mapping.bodyParameter('user'), mapping)),
  ),
  ...Object.entries(withoutRows).map(([type, reason]) =>
    reply(type, (_body, mapping) => mapping.ignore(`${type}: ${reason}`)),
  ),
];
