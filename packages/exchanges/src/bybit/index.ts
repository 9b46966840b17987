import type { ExchangeAdapter } from '../adapter.ts';
import { fundingHistory, openInterestHistory } from './history.ts';
import { mapMessage } from './messages.ts';
import { options } from './options.ts';
import { replies } from './replies.ts';
import { rest } from './rest.ts';
import { instruments, tickers } from './snapshot.ts';
import { streams } from './streams.ts';
import { symbolOf } from './symbol.ts';

/** Bybit v5, linear contracts (USDT and USDC). Protocol: bybit-exchange.github.io/docs/v5. */
export const bybit: ExchangeAdapter = {
  id: 'bybit',
  name: 'Bybit linear contracts',
  rest,
  ping: { method: 'GET', path: '/v5/market/time', costs: { requests: 1 } },
  replies,
  instruments,
  snapshot: { open_interest: tickers, funding_rates: tickers },
  history: { open_interest: openInterestHistory, funding_rates: fundingHistory },
  streams,
  options,
  message: mapMessage,
  symbolOf,
};
