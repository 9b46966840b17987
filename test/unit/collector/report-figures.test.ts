import { hour, second } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { GapLog } from '../../../packages/collector/src/stream/gap-log.ts';
import { Rates } from '../../../packages/collector/src/stream/rates.ts';

test('a rate is that of the last seconds', () => {
  const rates = new Rates(5 * second);
  expect(rates.perSecond('rows')).toBe(0);
  let total = 0;
  for (let at = 0; at <= 20; at += 1) {
    rates.sample(at * second, new Map([['rows', total]]));
    total += at < 10 ? 100 : 7;
  }
  expect(rates.perSecond('rows')).toBe(7);
  expect(rates.perSecond('others')).toBe(0);
});

test('samples that come late are no burst', () => {
  const rates = new Rates(5 * second);
  rates.sample(0, new Map([['rows', 0]]));
  rates.sample(60 * second, new Map([['rows', 600]]));
  expect(rates.perSecond('rows')).toBe(10);
});

test('a total that falls, as feeds are taken away, is no rate below zero', () => {
  const rates = new Rates(5 * second);
  rates.sample(0, new Map([['messages', 100]]));
  rates.sample(second, new Map([['messages', 10]]));
  expect(rates.perSecond('messages')).toBe(0);
});

test('gaps are counted by cause for good, and of the last hour', () => {
  const gaps = new GapLog();
  gaps.add('trades', 'disconnect', 0);
  gaps.add('trades', 'sequence', hour / 2);
  gaps.add('trades', 'disconnect', hour / 2);
  expect(gaps.lastHour('trades', hour / 2)).toBe(3);
  expect(gaps.lastHour('trades', hour)).toBe(2);
  expect(gaps.lastHour('trades', 2 * hour)).toBe(0);
  expect(gaps.byCause('trades')).toEqual({ disconnect: 2, sequence: 1 });
  expect(gaps.byCause('tickers')).toEqual({});
  expect(gaps.lastHour('tickers', hour)).toBe(0);
});
