import { describe, expect, it } from 'vitest';
import { binanceMarkets } from '../../../packages/simulator/src/binance/markets.ts';
import { hyperliquidDexes } from '../../../packages/simulator/src/hyperliquid/markets.ts';
import {
  book,
  bookAt,
  bookStepAt,
  changesOf,
  changesOver,
  type Levels,
  levelsOf,
  type Sides,
} from '../../../packages/simulator/src/model/book.ts';
import {
  messageNumber,
  messageStepAt,
  ownNumber,
  sharedNumber,
  stepOfMessage,
  stepOfOwn,
  stepOfShared,
} from '../../../packages/simulator/src/model/book-number.ts';
import { type Market, paced } from '../../../packages/simulator/src/model/market.ts';
import { paceOf, type StreamOptions } from '../../../packages/simulator/src/model/pace.ts';

const start = Date.UTC(2026, 9, 15, 12, 34, 56) * 1000;

function market(streams: StreamOptions = {}): Market {
  const [btc] = paced(binanceMarkets(7, start, 60), paceOf(streams));
  if (btc === undefined) throw new Error('no market');
  return btc;
}

const btc = market();
const step = bookStepAt(btc, start);

function pairs(levels: Levels): [tick: number, size: number][] {
  return Array.from({ length: levels.length / 2 }, (_, index) => [levels[2 * index] ?? 0, levels[2 * index + 1] ?? 0]);
}

function applied(before: Levels, changes: Levels, direction: 1 | -1): [number, number][] {
  const kept = new Map(pairs(before));
  for (const [tick, size] of pairs(changes)) {
    if (size === 0) expect(kept.delete(tick)).toBe(true);
    else kept.set(tick, size);
  }
  return [...kept].sort(([a], [b]) => (a - b) * direction);
}

describe('a book', () => {
  it('is the same whenever it is asked for, and never crossed', () => {
    const states = Array.from({ length: 200 }, (_, index) => levelsOf(bookAt(btc, step + index)));
    expect(levelsOf(bookAt(market(), step))).toEqual(states[0]);
    for (const { bids, asks } of states) {
      expect(bids[0]).toBeLessThan(asks[0] ?? 0);
      expect(pairs(bids).map(([tick]) => tick)).toEqual(
        pairs(bids)
          .map(([tick]) => tick)
          .toSorted((a, b) => b - a),
      );
      expect(pairs(asks).map(([tick]) => tick)).toEqual(
        pairs(asks)
          .map(([tick]) => tick)
          .toSorted((a, b) => a - b),
      );
      expect([...pairs(bids), ...pairs(asks)].every(([, size]) => size > 0)).toBe(true);
    }
  });

  it.each([1, 5, 50, Number.POSITIVE_INFINITY])(
    'is led from state to state by its changes, cut to %d levels',
    (count) => {
      let before: Sides = levelsOf(bookAt(btc, step), count);
      let changed = 0;
      for (let next = step + 1; next < step + 300; next += 1) {
        const after = levelsOf(bookAt(btc, next), count);
        const changes = changesOf(before, after);
        expect(applied(before.bids, changes.bids, -1)).toEqual(pairs(after.bids));
        expect(applied(before.asks, changes.asks, 1)).toEqual(pairs(after.asks));
        changed += changes.bids.length + changes.asks.length;
        before = after;
      }
      expect(changed).toBeGreaterThan(300);
    },
  );

  it('is led from any state in between to the last one by the changes over all of them', () => {
    for (let first = step; first < step + 100; first += 1) {
      const states = [0, 1, 2, 3].map((offset) => levelsOf(bookAt(btc, first + offset)));
      const changes = changesOver(states);
      for (const side of ['bids', 'asks'] as const) {
        for (const state of states) {
          const levels = new Map([...pairs(state[side]), ...pairs(changes[side])]);
          const left = [...levels].filter(([, size]) => size > 0).sort(([a], [b]) => a - b);
          expect(left).toEqual(pairs(states.at(-1)?.[side] ?? []).toSorted(([a], [b]) => a - b));
        }
      }
    }
  });

  it('has as many levels as asked for at most, and changes as much as asked for', () => {
    const wide = market({ bookLevels: 1000, booksPerSecond: 1000, levelChanges: 40 });
    const at = bookStepAt(wide, start);
    const { bids, asks } = book(wide, start, 1000);
    for (const side of [bids, asks]) {
      expect(side.length).toBeGreaterThan(700);
      expect(side.length).toBeLessThanOrEqual(1000);
    }
    let changes = 0;
    for (let message = 0; message < 50; message += 1) {
      const [before, after] = [2 * message, 2 * message + 2].map((offset) => levelsOf(bookAt(wide, at + offset)));
      if (before === undefined || after === undefined) continue;
      const both = changesOf(before, after);
      changes += (both.bids.length + both.asks.length) / 2;
    }
    expect(changes / 50).toBeGreaterThan(25);
    expect(changes / 50).toBeLessThan(60);
  });

  it('has prices of five digits on Hyperliquid', () => {
    const markets = hyperliquidDexes(7, start, 60).flatMap((dex) => dex.markets);
    for (const each of markets) {
      const [best] = book(each, start, 1).bids[0] ?? [];
      const digits = String(best).replace('.', '').replace(/^0+/, '');
      expect(`${each.symbol} ${digits.length <= 6}`).toBe(`${each.symbol} true`);
    }
  });
});

describe('numbers of a book', () => {
  const steps = Array.from({ length: 500 }, (_, index) => step + index);

  it('grow with every step where books share a counter, and lead back to the step', () => {
    const numbers = steps.map((each) => sharedNumber(btc, each));
    expect(numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0))).toBe(true);
    expect(numbers.map((number) => stepOfShared(btc, number))).toEqual(steps);
    const [first = 0, second = 0] = numbers;
    for (let between = first; between < second; between += 1) expect(stepOfShared(btc, between)).toBe(step);
  });

  it('count steps, or messages of two steps, one by one', () => {
    expect(steps.map((each) => stepOfOwn(btc, ownNumber(btc, each)))).toEqual(steps);
    expect(ownNumber(btc, step + 1) - ownNumber(btc, step)).toBe(1);
    const even = messageStepAt(btc, start);
    expect(even % 2).toBe(0);
    expect(messageNumber(btc, even + 2) - messageNumber(btc, even)).toBe(1);
    expect(stepOfMessage(btc, messageNumber(btc, even))).toBe(even);
  });
});
