import type { Mapping } from '../mapping.ts';
import { entryOf, objectOf, textOf } from '../value.ts';
import { mapActiveContext } from './contexts.ts';
import { mapFills } from './fills.ts';
import { mapBest, mapBookSnapshot, mapCandles, mapTrades } from './market.ts';

/** Maps one WebSocket message: `{channel, data}`. */
export function mapMessage(message: unknown, mapping: Mapping): void {
  const { channel, data } = objectOf(message) ?? {};
  const name = textOf(channel) ?? '';
  const map = entryOf(byChannel, name);
  const reason = entryOf(withoutRows, name);
  if (map !== undefined) map(data, mapping);
  else if (reason !== undefined) mapping.ignore(`${name}: ${reason}`);
  else mapping.reject(`unknown message: ${JSON.stringify(message)?.slice(0, 80)}`);
}

const byChannel: Readonly<Record<string, (data: unknown, mapping: Mapping) => void>> = {
  trades: mapTrades,
  l2Book: mapBookSnapshot,
  bbo: mapBest,
  activeAssetCtx: mapActiveContext,
  candle: mapCandles,
  userFills: (data, mapping) => mapFills(objectOf(data)?.fills, textOf(objectOf(data)?.user), mapping),
  user: mapUserEvent,
  post: mapPost,
  error: (data, mapping) => mapping.reject(`error of the venue: ${textOf(data) ?? JSON.stringify(data)}`),
};

/** `userEvents` arrive on the channel `user`, and do not say whose they are. */
function mapUserEvent(data: unknown, mapping: Mapping): void {
  const event = objectOf(data) ?? {};
  if ('fills' in event) mapFills(event.fills, null, mapping);
  else mapping.ignore(`user: ${Object.keys(event).join(', ')} of an account`);
}

function mapPost(data: unknown, mapping: Mapping): void {
  const response = objectOf(objectOf(data)?.response);
  if (response?.type === 'error') mapping.reject(`error of the venue: ${JSON.stringify(response.payload)}`);
  else mapping.ignore('post: answer to a request');
}

const withoutRows: Readonly<Record<string, string>> = {
  subscriptionResponse: 'acknowledged',
  pong: 'heartbeat',
  activeSpotAssetCtx: 'spot',
  spotAssetCtxs: 'spot',
  allMids: 'mid prices have no column',
  assetCtxs: 'names no coins',
  allDexsAssetCtxs: 'names no coins',
  notification: 'of an account',
  orderUpdates: 'of an account',
  openOrders: 'of an account',
  clearinghouseState: 'of an account',
  allDexsClearinghouseState: 'of an account',
  spotState: 'of an account',
  activeAssetData: 'of an account',
  userFundings: 'of an account',
  userNonFundingLedgerUpdates: 'of an account',
  userTwapSliceFills: 'of an account',
  userTwapHistory: 'of an account',
  webData2: 'of an account',
  webData3: 'of an account',
};
