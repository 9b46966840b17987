import { Reference } from '@feedlake/exchanges';
import { expect, test } from 'vitest';
import { bybit } from '../../../../packages/exchanges/src/bybit/index.ts';
import { mapMessage } from '../../../support/mapped.ts';

const snapshot = {
  symbol: 'BTCUSDT',
  lastPrice: '60000.10',
  markPrice: '60001',
  indexPrice: '60002',
  openInterest: '10.5',
  singleOpenInterest: '5.3',
  nextFundingTime: '1790006400000',
  fundingRate: '0.0001',
  bid1Price: '60000',
  bid1Size: '1.5',
  ask1Price: '60000.5',
  ask1Size: '2.5',
  turnover24h: '1',
};

/** Sends tickers of one symbol one after the other; gives what came of the last. */
function last(...messages: (readonly [type: string, data: object])[]) {
  const reference = new Reference();
  return messages
    .map(([type, data], i) =>
      mapMessage(
        bybit,
        { topic: 'tickers.BTCUSDT', type, ts: 1_790_000_000_000 + i, cs: i, data: { symbol: 'BTCUSDT', ...data } },
        reference,
      ),
    )
    .at(-1);
}

const whole = {
  dataset: 'tickers',
  symbol: 'BTC-USDT-PERP',
  last_price: '60000.10',
  mark_price: '60001',
  index_price: '60002',
  bid_price: '60000',
  bid_size: '1.5',
  ask_price: '60000.5',
  ask_size: '2.5',
  funding_rate: '0.0001',
  open_interest: '5.3',
  funding_time: 1_790_006_400_000_000,
};

test('a snapshot is a whole row', () => {
  expect(last(['snapshot', snapshot])?.rows).toMatchObject([{ ...whole, ts_event: 1_790_000_000_000_000 }]);
});

test('a delta is merged into what is known: what it leaves out has not changed', () => {
  expect(
    last(['snapshot', snapshot], ['delta', { bid1Price: '60000.2' }], ['delta', { markPrice: '60003' }])?.rows,
  ).toMatchObject([{ ...whole, bid_price: '60000.2', mark_price: '60003', ts_event: 1_790_000_000_002_000 }]);
});

test.each([
  [{ openInterest: '11' }, '5.5'],
  [{ openInterest: '11', singleOpenInterest: '5.6' }, '5.6'],
  [{ singleOpenInterest: '5.7' }, '5.7'],
  [{ singleOpenInterest: '', lastPrice: '1' }, '5.3'],
  [{ openInterestValue: '1' }, '5.3'],
])('open interest after the delta %j is %s: one side, never what was told before', (delta, openInterest) => {
  expect(last(['snapshot', snapshot], ['delta', delta])?.rows).toMatchObject([{ open_interest: openInterest }]);
});

test('a new snapshot replaces all that was known', () => {
  const { fundingRate: _, ...less } = snapshot;
  const row = last(['snapshot', snapshot], ['snapshot', less], ['delta', { lastPrice: '1' }])?.rows[0];
  expect(row).toMatchObject({ last_price: '1', mark_price: '60001' });
  expect(row?.funding_rate ?? null).toBeNull();
});

test('a delta without a snapshot tells what it tells', () => {
  const result = last(['delta', { bid1Price: '1', bid1Size: '2' }]);
  expect(result?.rows).toMatchObject([{ bid_price: '1', bid_size: '2' }]);
  expect(result?.rows[0]).not.toHaveProperty('last_price');
  expect(last(['delta', { turnover24h: '5' }])).toMatchObject({
    rows: [],
    rejected: [],
    ignored: [expect.any(String)],
  });
});

test('an empty text makes a value unknown, in a later row too', () => {
  const { rows } =
    last(['snapshot', snapshot], ['delta', { fundingRate: '', nextFundingTime: '' }], ['delta', {}]) ?? {};
  expect(rows).toMatchObject([{ ...whole, funding_rate: null, funding_time: null }]);
});

test('a value that is no number is reported once and does not spoil the rows after it', () => {
  const bad = ['delta', { markPrice: 'abc', lastPrice: '7' }] as const;
  const result = last(['snapshot', snapshot], bad);
  expect(result?.rejected).toEqual(['tickers of BTCUSDT: mark_price is no decimal number: "abc"']);
  expect(result?.rows).toMatchObject([{ ...whole, mark_price: null, last_price: '7' }]);
  expect(last(['snapshot', snapshot], bad, ['delta', { lastPrice: '8' }])).toMatchObject({
    rejected: [],
    rows: [{ mark_price: null, last_price: '8' }],
  });
});

test('symbols do not share what is known', () => {
  const reference = new Reference();
  mapMessage(bybit, { topic: 'tickers.BTCUSDT', type: 'snapshot', ts: 1, data: snapshot }, reference);
  const delta = { topic: 'tickers.ETHUSDT', type: 'delta', ts: 2, data: { symbol: 'ETHUSDT', lastPrice: '3000' } };
  expect(mapMessage(bybit, delta, reference).rows[0]?.mark_price ?? null).toBeNull();
});

test('spot tickers bear the names of perpetuals and are left out', () => {
  const data = { symbol: 'BTCUSDT', lastPrice: '1', usdIndexPrice: '1' };
  expect(mapMessage(bybit, { topic: 'tickers.BTCUSDT', type: 'snapshot', ts: 1, data })).toMatchObject({
    rows: [],
    rejected: [],
    ignored: ['tickers.BTCUSDT: spot'],
  });
});
