import type { ExchangeAdapter } from '../adapter.ts';
import { fundingHistory, openInterestHistory } from './history.ts';
import { mapMessage } from './messages.ts';
import { options } from './options.ts';
import { replies } from './replies.ts';
import { rest } from './rest.ts';
import { fundingRates, instruments, openInterest } from './snapshot.ts';
import { streams } from './streams.ts';
import { symbolOf } from './symbol.ts';

/** Binance USD-M futures. Protocol: developers.binance.com, "Derivatives, USDS-Margined Futures". */
export const binance: ExchangeAdapter = {
  id: 'binance',
  name: 'Binance USD-M futures',
  rest,
  ping: { method: 'GET', path: '/fapi/v1/ping', costs: { weight: 1 } },
  replies,
  instruments,
  snapshot: { open_interest: openInterest, funding_rates: fundingRates },
  history: { open_interest: openInterestHistory, funding_rates: fundingHistory },
  streams,
  options,
  message: mapMessage,
  symbolOf,
};
