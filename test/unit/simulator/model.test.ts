import { day, hour, minute } from '@feedlake/schema';
import { describe, expect, it } from 'vitest';
import { binanceMarkets } from '../../../packages/simulator/src/binance/markets.ts';
import { quarterlyExpiries } from '../../../packages/simulator/src/model/expiry.ts';
import { fundingTimes, multiples, runningRate, settledRate } from '../../../packages/simulator/src/model/funding.ts';
import { markPrice, openInterest } from '../../../packages/simulator/src/model/market.ts';
import { digits, keyOf, uniform, wander } from '../../../packages/simulator/src/model/noise.ts';
import { cut, significant } from '../../../packages/simulator/src/model/text.ts';

const start = Date.UTC(2026, 9, 15, 12, 34, 56) * 1000;
const markets = binanceMarkets(7, start, 60);
const market = (symbol: string) => {
  const found = markets.find((each) => each.symbol === symbol);
  if (found === undefined) throw new Error(`no ${symbol}`);
  return found;
};

describe('noise', () => {
  it('is a pure function of key and position, and differs between neighbours', () => {
    const key = keyOf('a');
    const values = Array.from({ length: 1000 }, (_, index) => uniform(key, index));
    expect(values).toEqual(Array.from({ length: 1000 }, (_, index) => uniform(key, index)));
    expect(new Set(values).size).toBeGreaterThan(990);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    const mean = values.reduce((a, b) => a + b) / values.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.05);
  });

  it('wanders without jumps', () => {
    const key = keyOf('b');
    for (let time = 0; time < 20 * minute; time += minute / 10) {
      expect(Math.abs(wander(key, time, minute) - wander(key, time + minute / 100, minute))).toBeLessThan(0.05);
    }
  });

  it('gives digits that do not end in zero', () => {
    for (let position = 0; position < 200; position += 1) expect(digits(3, position, 12)).toMatch(/^\d{11}[1-9]$/);
  });
});

describe('market model', () => {
  it('is the same for the same seed, and another for another', () => {
    const again = binanceMarkets(7, start, 60);
    const other = binanceMarkets(8, start, 60);
    expect(again).toEqual(markets);
    const history = (list: typeof markets) =>
      list.map((each) => [markPrice(each, start), openInterest(each, start - day)]);
    expect(history(again)).toEqual(history(markets));
    expect(history(other)).not.toEqual(history(markets));
  });

  it('gives the present what history later says of it, whatever was asked before', () => {
    const btc = market('BTCUSDT');
    const now = openInterest(btc, start);
    for (let time = start + 5 * day; time > start - 5 * day; time -= hour) openInterest(btc, time);
    expect(openInterest(btc, start)).toBe(now);
  });

  it('runs towards the rate that is then settled', () => {
    const btc = market('BTCUSDT');
    const [end = 0] = fundingTimes(btc, start, start + day, 1, 'first');
    expect(runningRate(btc, end - 1000)).toBeCloseTo(settledRate(btc, end), 8);
  });

  it('knows no funding before the listing', () => {
    const recent = markets.find((each) => each.listed > start - 12 * day && each.fundingSeconds !== null);
    if (recent === undefined) throw new Error('no recent listing');
    const times = fundingTimes(recent, 0, start, 100_000, 'first');
    expect(times.length).toBeGreaterThan(0);
    expect(times[0]).toBeGreaterThan(recent.listed);
  });

  it('has dated futures at the quarter ends, and names by the thousand', () => {
    expect(quarterlyExpiries(start)).toEqual([Date.UTC(2026, 11, 25, 8) * 1000, Date.UTC(2027, 2, 26, 8) * 1000]);
    expect(markets.map((each) => each.symbol)).toEqual(
      expect.arrayContaining(['BTCUSDT_261225', 'BTCUSDT_270326', '1000PEPEUSDT', 'BTCUSDC']),
    );
  });
});

describe('multiples', () => {
  it('takes the limit from the end that is asked for, both ends of the range inclusive', () => {
    expect(multiples(10, 10, 50, 3, 'first')).toEqual([10, 20, 30]);
    expect(multiples(10, 10, 50, 3, 'last')).toEqual([30, 40, 50]);
    expect(multiples(10, 11, 19, 3, 'last')).toEqual([]);
  });
});

describe('decimal texts', () => {
  it('are cut, not rounded', () => {
    expect(cut('1.23999', 2)).toBe('1.23');
    expect(cut('7', 8)).toBe('7.00000000');
  });

  it('have five significant digits and a decimal on Hyperliquid', () => {
    expect(significant(65494.4, 5)).toBe('65494.0');
    expect(significant(0.0000123456, 5)).toBe('0.000012346');
  });
});
