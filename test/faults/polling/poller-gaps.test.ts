import { expect, test } from 'vitest';
import { start } from '../../support/simulated.ts';
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
const slow = { streams: { tradesPerSecond: 0.2, bookLevels: 40 } };

async function eachOnce(t: Polled): Promise<number> {
  const rows = await t.rows('trades');
  expect(new Set(rows.map(({ symbol, trade_id }) => `${symbol} ${trade_id}`)).size).toBe(rows.length);
  return rows.length;
}

test.each(ids)('%s: a WebSocket that is refused is told once, and polls take its place', async (id) => {
  await using blocking = await startStreamVenue({
    refuse: (socket) =>
      answerHttp(socket, '451 Unavailable', { 'content-type': 'application/json' }, '{"msg":"restricted location"}'),
  });
  const [name, symbol] = instruments[id];
  const channels = ['trades', 'book_deltas', 'liquidations', 'candles'] as const;
  const options = id === 'hyperliquid' ? { options: { liquidator_vaults: [] } } : {};
  const t = await polled(id, {
    channels,
    symbols: [name],
    websocket: blocking.url,
    settings: options,
    simulator: slow,
  });
  await t.fallenBack();
  await t.pass(30_000);
  expect(blocking.attempts).toBeGreaterThan(0);
  expect(t.streamer.exchanges[0]?.polls).toBe(true);
  await t.close();
  expect((await t.rows('book_deltas')).length).toBeGreaterThan(0);
  expect(await eachOnce(t)).toBeGreaterThan(2);
  for (const dataset of ['trades', 'book_deltas', 'candles'] as const) {
    const covered = (await account(t, dataset, symbol)).filter((line) => line.startsWith('covered'));
    expect(covered.at(-1)).toMatch(/^covered [\d.]+-[\d.]+ \(poll\)$/);
    expect(t.complaints().filter((line) => line.startsWith(`${id}: no stream of ${dataset} (`)).length).toBe(1);
  }
  if (id === 'hyperliquid') return;
  expect(t.complaints().filter((line) => line.includes('liquidations'))).toEqual([
    expect.stringMatching(
      /: no stream of liquidations \(.+\): there is nothing to poll in its place, so it is missing$/,
    ),
  ]);
  const told = [...(await account(t, 'liquidations', symbol)), ...(await account(t, 'liquidations'))];
  expect(told.length).toBeGreaterThan(0);
  for (const line of told) expect(line).toMatch(/^gap 0-[\d.]+ blocked \(stream /);
});

test.each(['binance', 'hyperliquid'] as const)(
  '%s: with rest_only, what can’t be polled is a gap that says so',
  async (id) => {
    const dataset = id === 'hyperliquid' ? 'tickers' : 'liquidations';
    const [name, symbol] = instruments[id];
    const t = await polled(id, { channels: ['candles', dataset], symbols: [name], settings: { rest_only: true } });
    await t.begun();
    await t.pass(10_000);
    await t.close();
    const told = await account(t, dataset, symbol);
    expect(told.length).toBeGreaterThan(0);
    for (const line of told) expect(line).toMatch(/^gap 0-10 rest_only \(stream /);
    expect(t.complaints().filter((line) => line.includes(dataset))).toEqual([
      `${id}: no stream of ${dataset} (rest_only is set): there is nothing to poll in its place, so it is missing`,
    ]);
  },
);

const faults = [
  ['5xx', 'binance', 'upstream_error', 'sequence'],
  ['451', 'bybit', 'blocked', 'poll'],
  ['reset', 'hyperliquid', 'disconnect', 'poll'],
  ['429', 'backpack', 'rate_limited', 'sequence'],
] as const;

test.each(faults)('%s at %s: polls that fail are a gap (%s); what can be had afterwards is', async (...given) => {
  const [kind, id, cause, by] = given;
  const [name] = instruments[id];
  const channels = ['trades', 'book_deltas', 'candles'] as const;
  const simulator = { streams: { tradesPerSecond: 0.02, bookLevels: 40 } };
  const t = await polled(id, { channels, symbols: [name], settings: { rest_only: true }, simulator });
  await t.begun();
  await t.pass(30_000);
  await t.simulator.faults.add({ kind, venue: id });
  await t.pass(90_000);
  await t.simulator.faults.clear();
  await t.recovered();
  await t.close();
  const times = async (dataset: (typeof channels)[number], state: string) =>
    (await t.rows('coverage'))
      .filter((row) => row.dataset === dataset && row.state === state)
      .map((row) => [
        (row.from_time - start) / 1_000_000,
        (row.to_time - start) / 1_000_000,
        row.cause ?? row.repaired_by ?? null,
      ]);
  for (const dataset of channels) {
    const gaps = await times(dataset, 'gap');
    const [[from, to] = []] = gaps;
    expect(gaps[0]).toEqual([30, expect.any(Number), cause]);
    expect(to).toBeGreaterThan(120);
    // Of a book there is only what was polled; candles and trades can be had afterwards.
    const mended = (await times(dataset, 'covered')).filter(([, , why]) => why !== null);
    expect(mended).toEqual(dataset === 'book_deltas' ? [] : [[from, to, dataset === 'trades' ? by : 'poll']]);
    expect(t.complaints().filter((line) => line.startsWith(`${id}: a poll of ${dataset} failed`)).length).toBe(1);
  }
  const told = t.tellings('trades', name);
  expect(await eachOnce(t)).toBe(
    new Set(
      told
        .filter(({ time }) => Number(time) >= start)
        .map(({ fields }) => fields.a ?? fields.execId ?? fields.tid ?? fields.id),
    ).size,
  );
  const opens = (await t.rows('candles')).map(({ open_time }) => (open_time - start) / 1_000_000);
  expect(opens.sort((a, b) => a - b)).toEqual([-56, 4, 64]);
});

test('a poll whose reply does not reach back to the last trade is a gap without numbers', async () => {
  const t = await polled('hyperliquid', {
    channels: ['trades'],
    symbols: ['BTC'],
    settings: { rest_only: true },
    simulator: { streams: { tradesPerSecond: 4 } },
  });
  await t.begun();
  await t.pass(15_000);
  await t.close();
  const told = await account(t, 'trades', 'BTC-USDC-PERP');
  expect(told).toEqual([
    'gap 0-5 polling (poll rest)',
    'gap 5-10 polling (poll rest)',
    'gap 10-15 polling (poll rest)',
  ]);
  // What a reply holds is recorded all the same.
  expect(await eachOnce(t)).toBe(30);
});

test('where trades are numbered, such a gap has the numbers', async () => {
  const t = await polled('backpack', {
    channels: ['trades'],
    symbols: ['BTC_USDC_PERP'],
    settings: { rest_only: true },
    simulator: { streams: { tradesPerSecond: 50 } },
  });
  await t.begun();
  await t.pass(5_000);
  await t.simulator.faults.add({ kind: '5xx', venue: 'backpack' });
  await t.pass(10_000);
  await t.simulator.faults.clear();
  await t.recovered();
  await t.close();
  const ids = (await t.rows('trades')).map(({ trade_id }) => Number(trade_id)).sort((a, b) => a - b);
  const holes = ids.flatMap((trade, index) => {
    const before = ids[index - 1] ?? trade - 1;
    return trade === before + 1 ? [] : [[before + 1, trade - 1]];
  });
  expect(holes.length).toBe(1);
  const gaps = (await t.rows('coverage')).filter(({ state, first_seq }) => state === 'gap' && first_seq != null);
  expect(gaps.map(({ first_seq, last_seq, cause }) => [first_seq, last_seq, cause])).toEqual([
    [...(holes[0] ?? []), 'upstream_error'],
  ]);
});
