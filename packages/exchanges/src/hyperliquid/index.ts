import type { ExchangeAdapter } from '../adapter.ts';
import { fundingHistory, openInterestHistory } from './history.ts';
import { mapMessage } from './messages.ts';
import { options } from './options.ts';
import { replies } from './replies.ts';
import { info, rest } from './rest.ts';
import { assetContexts, instruments } from './snapshot.ts';
import { streams } from './streams.ts';
import { symbolOf } from './symbol.ts';

/** Hyperliquid perpetuals. Protocol: hyperliquid.gitbook.io, "API". */
export const hyperliquid: ExchangeAdapter = {
  id: 'hyperliquid',
  name: 'Hyperliquid perpetuals',
  rest,
  ping: info({ type: 'exchangeStatus' }, 2),
  replies,
  instruments,
  snapshot: { open_interest: assetContexts, funding_rates: assetContexts },
  history: { open_interest: openInterestHistory, funding_rates: fundingHistory },
  streams,
  options,
  message: mapMessage,
  symbolOf,
};
