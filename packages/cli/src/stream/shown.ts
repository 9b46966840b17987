import type { StreamedDataset } from '@feedlake/exchanges';
import type { Shown } from '../output/rows.ts';

const instrument = [
  ['ts_event', 'time (UTC)'],
  ['exchange', 'exchange'],
  ['symbol', 'symbol'],
] as const;

/** The columns of the tables in which streamed rows are shown. */
export const shown: Readonly<Record<StreamedDataset, Shown>> = {
  trades: [...instrument, ['side', 'side'], ['price', 'price'], ['size', 'size'], ['trade_id', 'id']],
  book_deltas: [
    ...instrument,
    ['side', 'side'],
    ['price', 'price'],
    ['size', 'size'],
    ['last_seq', 'sequence'],
    ['is_snapshot', 'snapshot'],
  ],
  liquidations: [
    ...instrument,
    ['side', 'position'],
    ['price', 'price'],
    ['size', 'size'],
    ['value', 'value'],
    ['completeness', 'completeness'],
  ],
  tickers: [
    ...instrument,
    ['last_price', 'last'],
    ['mark_price', 'mark'],
    ['index_price', 'index'],
    ['bid_price', 'bid'],
    ['ask_price', 'ask'],
    ['funding_rate', 'funding rate'],
    ['open_interest', 'open interest'],
  ],
  candles: [
    ...instrument,
    ['interval_seconds', 'seconds'],
    ['open', 'open'],
    ['high', 'high'],
    ['low', 'low'],
    ['close', 'close'],
    ['volume', 'volume'],
    ['closed', 'closed'],
  ],
  open_interest: [...instrument, ['open_interest', 'open interest'], ['open_interest_value', 'value']],
};
