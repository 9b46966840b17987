import { second } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { start } from '../../support/simulated.ts';
import { type Polled, polled, resolved } from './poller-fixture.ts';

/** With a request for the newest trades, in the venues' own words. */
const venues = [
  ['binance', 'BTCUSDT', 'BTC-USDT-PERP', '/fapi/v1/aggTrades?symbol=BTCUSDT&limit=1000'],
  ['bybit', 'BTCUSDT', 'BTC-USDT-PERP', '/v5/market/recent-trade?category=linear&symbol=BTCUSDT&limit=1000'],
  ['hyperliquid', 'BTC', 'BTC-USDC-PERP', null],
  ['backpack', 'BTC_USDC_PERP', 'BTC-USDC-PERP', '/api/v1/trades?symbol=BTC_USDC_PERP&limit=1000'],
] as const;

/** Trades that the venue has told over REST, by id: when they happened, in seconds since the start. */
function toldTrades(t: Polled): Map<string, number> {
  const told = t.tellings('trades').filter(({ kind }) => kind === 'current');
  return new Map(
    told.map(({ time, fields: f }) => [f.a ?? f.execId ?? f.tid ?? f.id ?? '', (Number(time) - start) / second]),
  );
}

/** The stretches of which nothing is missing, joined, and the rest. */
function parts(lines: readonly string[]): { covered: [number, number][]; gaps: string[] } {
  const covered = lines.flatMap((line): [number, number][] => {
    const [, from, to] = /^covered ([\d.]+)-([\d.]+)$/.exec(line) ?? [];
    return from === undefined || to === undefined ? [] : [[Number(from), Number(to)]];
  });
  return { covered, gaps: lines.filter((line) => line.startsWith('gap')) };
}

test.each(venues)('%s: from stream to polls and back, nothing is lost and nothing doubled', async (...given) => {
  const [id, name, symbol, newest] = given;
  const t = await polled(id, {
    channels: ['trades', 'book_deltas', 'candles'],
    symbols: [name],
    simulator: { streams: { tradesPerSecond: id === 'hyperliquid' ? 0.2 : 0.5, bookLevels: 40, levelChanges: 1 } },
  });
  await t.streaming();
  await t.stream(20_000);
  await t.block();
  await t.fallenBack();
  const fellBack = (t.clock.now() - start) / second;
  expect(t.streamer.exchanges[0]?.polls).toBe(true);
  await t.pass(595_000);
  await t.simulator.faults.clear();
  await t.stream(70_000);
  expect(t.streamer.exchanges[0]?.polls).toBe(false);
  if (newest !== null) await (await fetch(`${t.simulator.urls[id]}${newest}`)).text();
  await t.close();

  // Trades: the first from when they flow, all of them once.
  const trades = parts(await resolved(t, 'trades', symbol));
  expect(trades.gaps.filter((gap) => !gap.endsWith(' start'))).toEqual([]);
  const [[from, to] = [0, 0], ...others] = trades.covered;
  expect(others).toEqual([]);
  expect(to).toBeGreaterThan(680);
  const stored = (await t.rows('trades')).map(({ trade_id }) => trade_id);
  const ids = new Set(stored);
  expect(ids.size).toBe(stored.length);
  const told = toldTrades(t);
  const owed = [...told].flatMap(([trade, time]) => (time > from && time < to - 1 ? [trade] : []));
  expect(owed.length).toBeGreaterThan(200);
  expect(owed.filter((trade) => !ids.has(trade))).toEqual([]);
  if (newest !== null) expect(stored.filter((trade) => !told.has(trade))).toEqual([]);

  // Candles: each minute once, and final.
  const candles = await t.rows('candles');
  expect(parts(await resolved(t, 'candles', symbol)).gaps.filter((gap) => !gap.endsWith(' start'))).toEqual([]);
  expect(candles.every(({ closed }) => closed)).toBe(true);
  const opens = candles.map(({ open_time }) => (open_time - start) / second).sort((a, b) => a - b);
  expect(opens).toEqual(Array.from({ length: opens.length }, (_, minute) => minute * 60 - 56));
  expect(opens.length).toBe(12);

  // Books: what is missing is the moment until the first poll, and until the stream is joined to a whole book.
  const books = parts(await resolved(t, 'book_deltas', symbol));
  for (const gap of books.gaps) {
    const [, begin = '', end = '', cause = ''] = /^gap ([\d.]+)-([\d.]+) (.+)$/.exec(gap) ?? [];
    expect(['start', 'disconnect', 'blocked', 'shutdown']).toContain(cause);
    expect(Number(end) - Number(begin)).toBeLessThan(id === 'hyperliquid' ? 6 : 3);
    if (cause !== 'start' && cause !== 'shutdown') expect(Math.abs(Number(end) - fellBack)).toBeLessThan(2);
  }
  const details = (await t.rows('coverage')).filter(({ state }) => state === 'covered').map(({ detail }) => detail);
  expect(new Set(details)).toEqual(new Set(['stream', 'poll']));
  for (const dataset of ['trades', 'book_deltas', 'candles']) {
    const lines = t.lines.map(({ message }) => message);
    expect(lines.filter((line) => line.startsWith(`${id}: no stream of ${dataset} (`)).length).toBe(1);
    expect(lines.filter((line) => line === `${id}: ${dataset} can be streamed again`).length).toBe(1);
  }
});
