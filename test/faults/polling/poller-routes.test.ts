import { second } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { startRestFront } from '../../support/rest-front.ts';
import { start } from '../../support/simulated.ts';
import { polled, resolved } from './poller-fixture.ts';

test('binance: tickers of which one route is refused are polled until it is back, beside what the other brings', async () => {
  const t = await polled('binance', {
    channels: ['tickers'],
    symbols: ['BTCUSDT'],
    rest: (simulator) =>
      startRestFront(simulator.urls.binance, (target) =>
        target === '/fapi/v1/ticker/price'
          ? [{ symbol: 'BTCUSDT', price: '1.5', time: simulator.now() / 1000 }]
          : undefined,
      ),
  });
  await t.streaming();
  await t.stream(10_000);
  await t.simulator.faults.add({ kind: '451', match: /market.* websocket$/ });
  await t.simulator.faults.add({ kind: 'close-all', match: '@markPrice' });
  await t.fallenBack();
  await t.stream(598_000);
  expect(t.entry('tickers')?.kind).toBe('poll');
  await t.simulator.faults.clear();
  await t.stream(30_000);
  expect(t.entry('tickers')?.kind).toBe('stream');
  await t.close();
  const rows = await t.rows('tickers');
  const seconds = (column: 'mark_price' | 'bid_price' | 'last_price') =>
    rows.filter((row) => row[column] != null).map(({ ts_recv }) => Math.floor((ts_recv - start) / second));
  // Best prices never rest; mark prices are not polled; last prices are.
  expect(new Set(seconds('bid_price')).size).toBeGreaterThan(600);
  expect(seconds('mark_price').some((at) => at > 20 && at < 600)).toBe(false);
  expect(seconds('last_price').filter((at) => at > 20 && at < 600).length).toBeGreaterThan(100);
  const gaps = (await resolved(t, 'tickers', 'BTC-USDT-PERP')).filter((line) => line.startsWith('gap'));
  expect(gaps.filter((gap) => !/ (start|disconnect|blocked)$/.test(gap))).toEqual([]);
  const kinds = (await t.rows('coverage'))
    .filter(({ state }) => state === 'covered')
    .sort((a, b) => a.from_time - b.from_time)
    .map(({ detail }) => detail);
  expect(kinds.filter((kind, index) => kind !== kinds[index - 1])).toEqual(['stream', 'poll', 'stream']);
});

test('bybit: what a connection from before still brings is not polled, though no new one can be had', async () => {
  const t = await polled('bybit', {
    channels: ['trades', 'book_deltas'],
    symbols: ['BTCUSDT'],
    settings: { websocket: { rotate_after: '30s' } },
    simulator: { streams: { tradesPerSecond: 1, bookLevels: 40, levelChanges: 1 } },
  });
  await t.streaming();
  await t.stream(10_000);
  await t.simulator.faults.add({ kind: '451', match: / websocket$/ });
  await t.stream(40_000);
  const lines = () => t.lines.map(({ message }) => message);
  expect(lines().filter((line) => line.includes('no WebSocket can be had')).length).toBe(1);
  expect(t.streamer.exchanges[0]?.polls).toBe(false);
  // Only when that connection is lost as well.
  await t.simulator.faults.add({ kind: 'close-all' });
  await t.fallenBack();
  expect(t.streamer.exchanges[0]?.polls).toBe(true);
  await t.pass(10_000);
  await t.close();
  expect(lines().filter((line) => line.startsWith('bybit: no stream of trades (')).length).toBe(1);
  const trades = (await t.rows('trades')).map(({ trade_id }) => trade_id);
  expect(new Set(trades).size).toBe(trades.length);
  const gaps = (await resolved(t, 'trades', 'BTC-USDT-PERP')).filter((line) => line.startsWith('gap'));
  expect(gaps.filter((gap) => !gap.endsWith(' start'))).toEqual([]);
});
