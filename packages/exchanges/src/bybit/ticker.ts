import { datasets, faultOfValue } from '@feedlake/schema';
import type { Mapping, Values } from '../mapping.ts';
import { type JsonObject, msTime, objectOf, textOf } from '../value.ts';
import { oneSide } from './open-interest.ts';

type TickerColumn = keyof Values<'tickers'>;

const columns: readonly (readonly [field: string, column: TickerColumn])[] = [
  ['lastPrice', 'last_price'],
  ['markPrice', 'mark_price'],
  ['indexPrice', 'index_price'],
  ['bid1Price', 'bid_price'],
  ['bid1Size', 'bid_size'],
  ['ask1Price', 'ask_price'],
  ['ask1Size', 'ask_size'],
  ['fundingRate', 'funding_rate'],
];

/**
 * A message of the `tickers` topic. A snapshot tells everything, a delta what has changed: it is merged into the last
 * known state of its topic, so that each row is whole. A value that can't be read is rejected and then unknown, and
 * does not spoil the rows after it.
 */
export function mapTicker(message: JsonObject, mapping: Mapping): void {
  const data = objectOf(message.data);
  const topic = String(message.topic);
  if (data === null) {
    mapping.reject(`${topic}: no data`);
    return;
  }
  if ('usdIndexPrice' in data) {
    mapping.ignore(`${topic}: spot`);
    return;
  }
  const before = message.type === 'delta' ? mapping.reference.lastKnown.get(topic) : undefined;
  const state = { ...before, ...changesIn(data, mapping) };
  mapping.reference.lastKnown.set(topic, state);
  if (message.type === 'delta' && Object.values(state).every((value) => value === null)) {
    mapping.ignore(`${topic}: no change of what is recorded`);
  } else {
    mapping.ticker(data.symbol, msTime(message.ts), state as Values<'tickers'>);
  }
}

function changesIn(data: JsonObject, mapping: Mapping): Values<'tickers'> {
  const told: Values<'tickers'> = {};
  for (const [field, column] of columns) {
    if (field in data) Object.assign(told, { [column]: textOf(data[field]) });
  }
  if ('nextFundingTime' in data) told.funding_time = msTime(data.nextFundingTime);
  if ('openInterest' in data || textOf(data.singleOpenInterest) !== null) {
    told.open_interest = oneSide(data.singleOpenInterest, data.openInterest);
  }
  for (const [name, value] of Object.entries(told)) {
    const column = name as TickerColumn;
    const fault = faultOfValue(datasets.tickers.columns[column], value);
    if (fault !== null) {
      mapping.reject(`tickers of ${data.symbol}: ${column} ${fault}`);
      told[column] = null;
    }
  }
  return told;
}
