import { expect, test } from 'vitest';
import { account, polled } from './poller-fixture.ts';

const venues = [
  ['binance', 'BTCUSDT', 'BTC-USDT-PERP'],
  ['bybit', 'BTCUSDT', 'BTC-USDT-PERP'],
  ['hyperliquid', 'BTC', 'BTC-USDC-PERP'],
  ['backpack', 'BTC_USDC_PERP', 'BTC-USDC-PERP'],
] as const;

test.each(venues)('%s: when the WebSocket comes back', async (id, name, symbol) => {
  const t = await polled(id, {
    channels: ['trades', 'book_deltas', 'candles', 'liquidations'],
    symbols: [name],
    simulator: { streams: { tradesPerSecond: id === 'hyperliquid' ? 0.2 : 1, booksPerSecond: 1 } },
    blocked: true,
    ...(id === 'hyperliquid' ? { settings: { options: { liquidator_vaults: [] } } } : {}),
  });
  await t.fallenBack();
  await t.pass(595_000);
  await t.simulator.faults.clear();
  await t.stream(130_000);
  console.log(
    t.streamer.exchanges[0]?.polls,
    t.simulator.connections(id).map((c) => c.topics),
  );
  await t.close();
  for (const d of ['trades', 'book_deltas', 'candles', 'liquidations'] as const)
    console.log(d, (await t.rows(d)).length, await account(t, d, symbol), await account(t, d));
  const rows = await t.rows('trades');
  console.log(
    new Set(rows.map((r) => r.trade_id)).size,
    rows.length,
    (await t.rows('candles')).map((c) => `${c.open_time} ${c.closed} ${c.source}`),
  );
  console.log(t.lines.filter((l) => l.level !== 'debug').map((l) => `${l.level} ${l.message}`));
});
