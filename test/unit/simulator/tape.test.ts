import { second } from '@feedlake/schema';
import { describe, expect, it } from 'vitest';
import { binanceMarkets } from '../../../packages/simulator/src/binance/markets.ts';
import { LiquidationCursor, liquidationsBetween } from '../../../packages/simulator/src/model/liquidation.ts';
import { type Market, paced } from '../../../packages/simulator/src/model/market.ts';
import { paceOf, type StreamOptions } from '../../../packages/simulator/src/model/pace.ts';
import {
  OrderCursor,
  orderIdFrom,
  ordersUntil,
  orderTime,
  takerOrder,
  tradeIdFrom,
  tradesOfOrder,
  tradesUntil,
} from '../../../packages/simulator/src/model/tape.ts';

const start = Date.UTC(2026, 9, 15, 12, 34, 56) * 1000;

function market(streams: StreamOptions = {}): Market {
  const [btc] = paced(binanceMarkets(7, start, 60), paceOf(streams));
  if (btc === undefined) throw new Error('no market');
  return btc;
}

describe.each([0.1, 2, 700, 50_000])('a tape of %d orders a second', (tradesPerSecond) => {
  const btc = market({ tradesPerSecond });
  const first = orderIdFrom(btc, start);
  const orders = Array.from({ length: 400 }, (_, index) => takerOrder(btc, first + index));

  it('has orders in the order of their numbers, none before the time asked for', () => {
    const times = orders.map((order) => order.time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(orderTime(btc, first)).toBeGreaterThanOrEqual(start);
    expect(orderTime(btc, first - 1)).toBeLessThan(start);
    const mean = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 399 / second;
    expect(mean * tradesPerSecond).toBeCloseTo(1, 0);
  });

  it('numbers trades without a gap, and their sizes are the order', () => {
    const trades = orders.flatMap((order) => tradesOfOrder(btc, order));
    expect(trades.map(({ id }) => id)).toEqual(trades.map((_, index) => (trades[0]?.id ?? 0) + index));
    expect(trades[0]?.id).toBe(tradeIdFrom(btc, start));
    for (const order of orders) {
      const parts = tradesOfOrder(btc, order);
      expect(parts.map(({ order: of, price, time }) => [of, price, time])).toEqual(
        parts.map(() => [order.id, order.price, order.time]),
      );
      expect(parts.every(({ size }) => Number(size) > 0)).toBe(true);
      expect(parts.reduce((sum, { size }) => sum + Math.round(Number(size) * 1000), 0)).toBe(
        Math.round(Number(order.size) * 1000),
      );
    }
  });

  it('gives the last ones up to a time, that time included', () => {
    const time = orders[100]?.time ?? 0;
    const found = ordersUntil(btc, time, 50);
    expect(found).toHaveLength(50);
    expect(found.at(-1)?.time).toBe(time);
    expect(orderTime(btc, (found.at(-1)?.id ?? 0) + 1)).toBeGreaterThan(time);
    expect(ordersUntil(btc, time - 1, 1)[0]?.time).toBeLessThan(time);
    expect(tradesUntil(btc, time, 7)).toHaveLength(7);
    expect(tradesUntil(btc, time, 7).at(-1)?.order).toBe(found.at(-1)?.id);
  });

  it('is walked from any moment on without leaving one out', () => {
    const after = (orders[20]?.time ?? 0) - 1;
    const cursor = new OrderCursor(btc, after);
    const next = orderIdFrom(btc, after + 1);
    for (let index = 0; index < 20; index += 1) {
      expect(cursor.due).toBe(orderTime(btc, next + index));
      expect(cursor.take()).toEqual(takerOrder(btc, next + index));
    }
  });
});

describe('liquidations', () => {
  it('come as often as asked for, some of them within one second', () => {
    const btc = market({ liquidationsPerMinute: 30 });
    const found = liquidationsBetween(btc, start, start + 600 * second);
    expect(found.length).toBeGreaterThan(280);
    expect(found.length).toBeLessThan(320);
    const times = found.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.some((time, index) => time - (times[index - 1] ?? 0) < second)).toBe(true);
    expect(new Set(found.map(({ position }) => position))).toEqual(new Set(['long', 'short']));
  });

  it('are the same whether asked for piece by piece, or walked', () => {
    const btc = market({ liquidationsPerMinute: 20 });
    const whole = liquidationsBetween(btc, start, start + 300 * second);
    const pieces = Array.from({ length: 300 }, (_, index) =>
      liquidationsBetween(btc, start + index * second, start + (index + 1) * second),
    );
    expect(pieces.flat()).toEqual(whole);
    const cursor = new LiquidationCursor(btc, start);
    expect(whole.map(() => cursor.take())).toEqual(whole);
  });

  it('can be none at all', () => {
    const btc = market({ liquidationsPerMinute: 0 });
    expect(liquidationsBetween(btc, start, start + 3600 * second)).toEqual([]);
    expect(new LiquidationCursor(btc, start).due).toBe(Number.POSITIVE_INFINITY);
  });
});
