import { second } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { until } from '../../support/manual-clock.ts';
import { startRestFront } from '../../support/rest-front.ts';
import { start } from '../../support/simulated.ts';
import { account, polled, resolved } from './poller-fixture.ts';

const venues = [
  ['binance', 'BTCUSDT', 'BTC-USDT-PERP'],
  ['bybit', 'BTCUSDT', 'BTC-USDT-PERP'],
  ['hyperliquid', 'BTC', 'BTC-USDC-PERP'],
  ['backpack', 'BTC_USDC_PERP', 'BTC-USDC-PERP'],
] as const;

test.each(venues)('%s: started again, it records nothing that it had before', async (id, name, symbol) => {
  const t = await polled(id, {
    channels: ['trades', 'book_deltas', 'candles'],
    symbols: [name],
    settings: { rest_only: true },
    simulator: { streams: { tradesPerSecond: 0.2, bookLevels: 40 } },
  });
  await t.begun();
  await t.pass(60_000);
  await t.restart(3_000);
  await t.begun();
  await t.pass(60_000);
  await t.close();
  const trades = (await t.rows('trades')).map(({ trade_id }) => trade_id);
  expect(trades.length).toBeGreaterThan(15);
  expect(new Set(trades).size).toBe(trades.length);
  const opens = (await t.rows('candles')).map(({ open_time }) => (open_time - start) / second);
  expect(opens.sort((a, b) => a - b)).toEqual([-56, 4]);
  const books = await t.rows('book_deltas');
  const times = new Set(books.map(({ ts_event, ts_recv }) => `${ts_event} ${ts_recv}`));
  expect(new Set(books.map(({ ts_event }) => ts_event)).size).toBe(times.size);
  for (const dataset of ['trades', 'book_deltas', 'candles'] as const) {
    expect(await resolved(t, dataset, symbol)).toEqual(['covered 0-60', 'gap 60-63 shutdown', 'covered 63-123']);
  }
});

test('an end while polls are under way is clean: what they would have brought is a gap', async () => {
  const t = await polled('bybit', {
    channels: ['trades', 'book_deltas'],
    symbols: ['BTCUSDT', 'ETHUSDT'],
    settings: { rest_only: true },
  });
  await t.begun();
  await t.pass(10_000);
  await t.simulator.faults.add({ kind: 'slow', venue: 'bybit', delayMs: 120_000 });
  await t.clock.advance(6_000);
  await t.close();
  for (const dataset of ['trades', 'book_deltas'] as const) {
    expect(await account(t, dataset, 'BTC-USDT-PERP')).toEqual([
      'covered 0-10 (poll)',
      'gap 10-16 shutdown (poll rest)',
    ]);
  }
  expect(t.complaints().filter((line) => !line.includes('rest_only'))).toEqual([]);
});

test('an instrument that is listed later is polled from then on', async () => {
  let listed = 1;
  const t = await polled('backpack', {
    channels: ['candles'],
    symbols: 'all',
    settings: { rest_only: true },
    rest: (simulator) =>
      startRestFront(
        simulator.urls.backpack,
        () => undefined,
        (target, reply) => {
          if (!target.startsWith('/api/v1/markets')) return reply;
          const wanted = ['BTC_USDC_PERP', 'ETH_USDC_PERP'].slice(0, listed);
          return JSON.stringify(JSON.parse(reply).filter(({ symbol }: { symbol: string }) => wanted.includes(symbol)));
        },
      ),
  });
  await t.begun();
  await t.pass(3_595_000);
  listed = 2;
  await t.pass(5_000);
  // With the others, at the next poll.
  await until(() => t.entries().length === 2, 'the new instrument');
  await t.pass(90_000);
  await t.close();
  expect(await resolved(t, 'candles', 'BTC-USDC-PERP')).toEqual(['covered 0-3690']);
  expect(await resolved(t, 'candles', 'ETH-USDC-PERP')).toEqual(['unknown 0-3600', 'covered 3600-3690']);
  const opens = (await t.rows('candles'))
    .filter(({ symbol }) => symbol === 'ETH-USDC-PERP')
    .map(({ open_time }) => (open_time - start) / second);
  expect(opens.sort((a, b) => a - b)).toEqual([3544, 3604]);
  expect(t.complaints()).toEqual([
    'backpack: no stream of candles (rest_only is set): polled over REST every 30 s instead',
  ]);
});

test('a row that is none costs itself: the others of a reply are recorded', async () => {
  const t = await polled('bybit', { channels: ['trades'], symbols: ['BTCUSDT'], settings: { rest_only: true } });
  await t.begun();
  await t.pass(5_000);
  await t.simulator.faults.add({ kind: 'bad-row', match: 'recent-trade', row: 0, times: 1 });
  await t.pass(10_000);
  await t.close();
  const told = new Set(
    t
      .tellings('trades')
      .filter(({ time }) => Number(time) >= start)
      .map(({ fields }) => fields.execId),
  );
  const trades = (await t.rows('trades')).map(({ trade_id }) => trade_id);
  // The next poll had it once more, and whole.
  expect(trades.toSorted()).toEqual([...told].toSorted());
  expect(t.complaints().filter((line) => line.startsWith('bybit: a poll of trades: ')).length).toBe(1);
});

test('a list of instruments that fails later is no gap: what was listed goes on', async () => {
  const t = await polled('binance', {
    channels: ['trades'],
    symbols: 'all',
    settings: { rest_only: true },
    simulator: { symbols: 1, streams: { tradesPerSecond: 0.01 } },
  });
  await t.begun();
  await t.pass(3_595_000);
  await t.simulator.faults.add({ kind: '5xx', venue: 'binance', match: /exchangeInfo/ });
  await t.pass(10_000);
  expect(t.complaints().some((line) => line.includes("the instruments can't be listed"))).toBe(true);
  await t.simulator.faults.clear();
  await t.pass(60_000);
  await t.close();
  expect(await resolved(t, 'trades', 'BTC-USDT-PERP')).toEqual(['covered 0-3660', 'gap 3660-3665 shutdown']);
});
