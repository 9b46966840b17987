import type { ExchangeAdapter } from '../adapter.ts';
import { fundingHistory, openInterestHistory } from './history.ts';
import { mapMessage } from './messages.ts';
import { options } from './options.ts';
import { replies } from './replies.ts';
import { rest } from './rest.ts';
import { fundingRates, instruments, openInterest } from './snapshot.ts';
import { streams } from './streams.ts';
import { symbolOf } from './symbol.ts';

/** Backpack futures. Protocol: docs.backpack.exchange. */
export const backpack: ExchangeAdapter = {
  id: 'backpack',
  name: 'Backpack futures',
  rest,
  ping: { method: 'GET', path: '/api/v1/ping', costs: { requests: 1 } },
  replies,
  instruments,
  snapshot: { open_interest: openInterest, funding_rates: fundingRates },
  history: { open_interest: openInterestHistory, funding_rates: fundingHistory },
  streams,
  options,
  message: mapMessage,
  symbolOf,
};
