import { hour } from '@feedlake/schema';
import type { RestRequest } from '@feedlake/transport';
import { expect, test } from 'vitest';
import { adapterOf, mapReply, time, walk } from '../mapped.ts';

const hyperliquid = adapterOf('hyperliquid');

const offer = hyperliquid.history.funding_rates;
if ('notOffered' in offer) throw new Error('funding history is offered');
const { pages } = offer;

/** A venue with a row every hour, stamped some milliseconds late, that answers in pages of some size. */
function venue(firstHour: number, lastHour: number, perPage: number) {
  const served: number[] = [];
  const answer = (request: RestRequest) => {
    const { coin, startTime, endTime } = JSON.parse(request.body ?? '');
    expect(coin).toBe('BTC');
    const page: { time: number }[] = [];
    for (let at = firstHour; at <= lastHour && page.length < perPage; at += hour) {
      const stamp = at / 1000 + ((at / hour) % 118) + 1;
      if (stamp >= startTime && stamp <= endTime) page.push({ time: stamp });
    }
    served.push(...page.map((row) => row.time));
    return page;
  };
  return { served, answer };
}

const from = time('2026-09-01T00:00:00Z');
const to = time('2026-10-01T00:00:00Z');

test.each([1, 100, 500, 719, 720, 2000])('30 days come whole and once in pages of %i', (perPage) => {
  const { served, answer } = venue(from - 5 * hour, to + 5 * hour, perPage);
  walk(pages({ symbol: 'BTC', from, to, periodSeconds: null }), answer, 800);
  const wanted = Array.from({ length: 720 }, (_, index) => from + index * hour);
  const hours = served.map((stamp) => Math.floor((stamp * 1000) / hour) * hour);
  expect(hours.filter((at) => at < to)).toEqual(wanted);
});

test('it ends where the venue has no more: on an empty page, and on one that repeats itself', () => {
  const { answer } = venue(from, from + 9 * hour, 500);
  expect(walk(pages({ symbol: 'BTC', from, to, periodSeconds: null }), answer)).toHaveLength(2);
  const stuck = () => [{ time: from / 1000 + 5 }];
  expect(walk(pages({ symbol: 'BTC', from, to, periodSeconds: null }), stuck)).toHaveLength(2);
  expect(walk(pages({ symbol: 'BTC', from, to, periodSeconds: null }), () => null)).toHaveLength(1);
});

test('a page that reaches the last hour is the last: no request only to learn that', () => {
  const { answer } = venue(from, to + hour, 2000);
  expect(walk(pages({ symbol: 'BTC', from, to, periodSeconds: null }), answer)).toHaveLength(1);
});

test('a range that ends within the milliseconds after an hour still gets the row of that hour', () => {
  const { served, answer } = venue(from, to, 500);
  walk(pages({ symbol: 'BTC', from, to: from + 1000, periodSeconds: null }), answer);
  expect(served).toHaveLength(1);
});

test('a request costs for the rows that it may bring', () => {
  const cost = (span: number) => {
    const [request] = walk(pages({ symbol: 'BTC', from, to: from + span, periodSeconds: null }), () => null);
    return request?.costs.weight;
  };
  expect(cost(hour)).toBe(21);
  expect(cost(720 * hour)).toBe(20 + 37);
  expect(cost(50_000 * hour)).toBe(20 + 55);
});

test('settled rows keep the stamp and name the hour', () => {
  const request = { method: 'POST', path: '/info', body: '{"type":"fundingHistory","coin":"BTC"}' } as const;
  const stamp = time('2026-09-01T05:00:00.118Z');
  const mapped = mapReply(hyperliquid, request, [
    { coin: 'BTC', fundingRate: '-0.0000125', premium: '0.1', time: stamp / 1000 },
    { coin: 'BTC', fundingRate: '', time: stamp / 1000 },
    { coin: 'BTC', fundingRate: '1e-7' },
  ]);
  expect(mapped.of('funding_rates')).toEqual([
    {
      symbol: 'BTC-USDC-PERP',
      venue_symbol: 'BTC',
      ts_event: stamp,
      kind: 'settled',
      rate: '-0.0000125',
      funding_time: time('2026-09-01T05:00:00Z'),
    },
  ]);
  expect(mapped.rejected).toEqual([
    'funding_rates of BTC: rate is missing',
    'funding_rates of BTC: time is no time: undefined',
  ]);
});

test('the history of open interest is not offered, and what to do instead is said', () => {
  expect(hyperliquid.history.open_interest).toEqual({ notOffered: expect.stringMatching(/Record it .*S3/) });
});
