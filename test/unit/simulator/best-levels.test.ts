import { second } from '@feedlake/schema';
import { expect, it } from 'vitest';
import { topicFeed } from '../../../packages/simulator/src/bybit/stream-topics.ts';
import { marketOf, paced } from '../../../packages/simulator/src/model/market.ts';
import { paceOf } from '../../../packages/simulator/src/model/pace.ts';

const start = Date.UTC(2026, 9, 15, 12, 34, 56) * 1000;

it("says Bybit's best level again after three seconds of quiet, with the number that it has", () => {
  // So cheap that its price hardly ever moves by a whole step.
  const asset = { name: 'DUST', price: 0.00001, rank: 50 };
  const listing = {
    venue: 'bybit',
    symbol: 'DUSTUSDT',
    base: 'DUST',
    quote: 'USDT',
    asset,
    fundingSeconds: null,
  } as const;
  const [market] = paced([marketOf(7, start, { ...listing, type: 'perpetual' })], paceOf({ levelChanges: 0.01 }));
  if (market === undefined) throw new Error('no market');
  const topic = 'orderbook.1.DUSTUSDT';
  const feed = topicFeed(topic, { channel: 'orderbook', argument: '1', symbol: 'DUSTUSDT' }, market, start, true);
  const said: { at: number; u: number; best: string }[] = [];
  feed.listen((text) => {
    const { type, ts, data } = JSON.parse(text);
    expect(type).toBe('snapshot');
    said.push({ at: ts, u: data.u, best: JSON.stringify([data.b, data.a]) });
  });
  while (feed.due < start + 120 * second) feed.run();
  const again = said.filter(({ u }, index) => u === said[index - 1]?.u);
  expect(again.length).toBeGreaterThan(5);
  for (const [index, { at, u, best }] of said.entries()) {
    const before = said[index - 1];
    if (before === undefined) continue;
    expect(u === before.u).toBe(best === before.best);
    expect(at - before.at).toBeLessThanOrEqual(3000);
    if (u === before.u) expect(at - before.at).toBe(3000);
    else expect(u).toBeGreaterThan(before.u);
  }
});
