import type { VenueId } from '@feedlake/simulator';
import { expect, test } from 'vitest';
import { startRestFront } from '../../support/rest-front.ts';
import { answerHttp, startStreamVenue } from '../../support/stream-venue.ts';
import { account, type Polled, polled } from './poller-fixture.ts';

const instruments = {
  binance: ['BTCUSDT', 'BTC-USDT-PERP'],
  bybit: ['BTCUSDT', 'BTC-USDT-PERP'],
  hyperliquid: ['BTC', 'BTC-USDC-PERP'],
  backpack: ['BTC_USDC_PERP', 'BTC-USDC-PERP'],
} as const;
const ids = Object.keys(instruments) as (keyof typeof instruments)[];

/** Slow enough for a reply of Hyperliquid to reach back over a few polls. */
const slow = { streams: { tradesPerSecond: 0.2 } };

async function eachOnce(t: Polled): Promise<number> {
  const rows = await t.rows('trades');
  expect(new Set(rows.map(({ symbol, trade_id }) => `${symbol} ${trade_id}`)).size).toBe(rows.length);
  return rows.length;
}

test.each(ids)('%s: a WebSocket that is refused is told once, and polls take its place', async (id) => {
  await using blocking = await startStreamVenue({
    refuse: (socket) => answerHttp(socket, '451 Unavailable', { 'content-type': 'application/json' }, '{"msg":"restricted location"}'),
  });
  const [name, symbol] = instruments[id];
  const channels = ['trades', 'book_deltas', 'liquidations', 'candles'] as const;
  const options = id === 'hyperliquid' ? { options: { liquidator_vaults: [] } } : {};
  const t = await polled(id, { channels, symbols: [name], websocket: blocking.url, settings: options, simulator: slow });
  await t.settled();
  await t.pass(60_000);
  expect(blocking.attempts).toBeGreaterThan(0);
  expect(t.streamer.exchanges[0]?.polls).toBe(true);
  await t.close();
  expect((await t.rows('book_deltas')).length).toBeGreaterThan(0);
  expect(await eachOnce(t)).toBeGreaterThan(5);
  for (const dataset of ['trades', 'book_deltas', 'candles'] as const) {
    expect((await account(t, dataset, symbol)).at(-1)).toBe('covered 0-60 (poll)');
    expect(t.complaints().filter((line) => line.startsWith(`${id}: no stream of ${dataset} (`)).length).toBe(1);
  }
  if (id === 'hyperliquid') return;
  expect(t.complaints().filter((line) => line.includes('liquidations'))).toEqual([
    expect.stringMatching(/: no stream of liquidations \(.+\): there is nothing to poll in its place, so it is missing$/),
  ]);
  const told = [...(await account(t, 'liquidations', symbol)), ...(await account(t, 'liquidations'))];
  expect(told.length).toBeGreaterThan(0);
  for (const line of told) expect(line).toMatch(/^gap 0-60 blocked \(stream /);
});

test.each(ids)('%s: with rest_only, what can’t be polled is a gap that says so', async (id) => {
  const dataset = id === 'hyperliquid' ? 'tickers' : 'liquidations';
  const [name, symbol] = instruments[id];
  const t = await polled(id, { channels: ['candles', dataset], symbols: [name], settings: { rest_only: true } });
  await t.settled();
  await t.pass(10_000);
  await t.close();
  const told = await account(t, dataset, symbol);
  expect(told.length).toBeGreaterThan(0);
  for (const line of told) expect(line).toMatch(/^gap 0-10 rest_only \(stream /);
  expect(t.complaints().filter((line) => line.includes(dataset))).toEqual([
    `${id}: no stream of ${dataset} (rest_only is set): there is nothing to poll in its place, so it is missing`,
  ]);
});

const faults = [
  ['5xx', 'upstream_error'],
  ['451', 'blocked'],
  ['429', 'rate_limited'],
  ['reset', 'disconnect'],
  ['200-html', 'upstream_error'],
] as const;

test.each(faults)('polls that fail (%s) are a gap (%s), said once; what can be had afterwards is', async (kind, cause) => {
  for (const id of ids) {
    const [name, symbol] = instruments[id];
    const t = await polled(id, { channels: ['trades', 'book_deltas', 'candles'], symbols: [name], settings: { rest_only: true }, simulator: slow });
    await t.settled();
    await t.pass(30_000);
    await t.simulator.faults.add({ kind, venue: id });
    await t.pass(20_000);
    await t.simulator.faults.clear();
    await t.recovered();
    await t.pass(30_000);
    await t.close();
    const whole = await account(t, 'trades', symbol);
    console.log(id, kind, whole, await account(t, 'book_deltas', symbol), await account(t, 'candles', symbol), t.complaints());
    await eachOnce(t);
  }
});
