import { hour, isoTime } from '@feedlake/schema';
import type { RestRequest } from '@feedlake/transport';
import { expect, test } from 'vitest';
import { adapterOf, mapReply, time, walk } from '../mapped.ts';

const backpack = adapterOf('backpack');
const offer = backpack.history.funding_rates;
if ('notOffered' in offer) throw new Error('funding history is offered');
const { pages } = offer;

/**
 * A venue that pages hourly rows newest first, at most `cap` at a time. The `index`-th request is answered as of
 * `openAt(index)`: the end of the interval that was open then.
 */
function venue(listed: number, cap: number, openAt: (index: number) => number) {
  const served = new Set<number>();
  let index = 0;
  const answer = (request: RestRequest) => {
    const query = new URLSearchParams(request.path.split('?')[1]);
    const limit = Math.min(Number(query.get('limit')), cap);
    const newest = openAt(index++) - Number(query.get('offset')) * hour;
    const page: object[] = [];
    for (let end = newest; end > listed && page.length < limit; end -= hour) {
      served.add(end);
      page.push({ symbol: 'BTC_USDC_PERP', fundingRate: '0', intervalEndTimestamp: isoTime(end).slice(0, 19) });
    }
    return page;
  };
  return { served, answer };
}

const from = time('2026-07-01T00:00:00Z');
const to = time('2026-10-01T00:00:00Z');
const open = time('2026-10-05T13:00:00Z');
const query = { symbol: 'BTC_USDC_PERP', from, to, periodSeconds: null };
const wanted = Array.from({ length: (to - from) / hour }, (_, index) => from + index * hour);

test.each([
  ['a still list', 1000, () => open],
  ['a smaller page than asked for', 100, () => open],
  ['an hour that settles between pages', 1000, (index: number) => open + index * hour],
  ['a cached page from the hour before', 1000, (index: number) => (index === 1 ? open - hour : open)],
])('no row is lost: %s', (_case, cap, openAt) => {
  const { served, answer } = venue(from - 1000 * hour, cap, openAt);
  walk(pages(query), answer);
  expect(wanted.filter((end) => !served.has(end))).toEqual([]);
});

test('it stops once the pages reach back far enough', () => {
  const { answer } = venue(0, 1000, () => open);
  const paths = walk(pages(query), answer).map((request) => request.path);
  expect(paths).toEqual([
    '/api/v1/fundingRates?symbol=BTC_USDC_PERP&limit=1000&offset=0',
    '/api/v1/fundingRates?symbol=BTC_USDC_PERP&limit=1000&offset=998',
    '/api/v1/fundingRates?symbol=BTC_USDC_PERP&limit=1000&offset=1996',
  ]);
});

test.each([0, 1, 2, 3, 40])('it ends at the listing, %i rows ago', (count) => {
  const { served, answer } = venue(open - count * hour, 1000, () => open);
  expect(walk(pages(query), answer).length).toBeLessThanOrEqual(2);
  expect(served.size).toBe(count);
});

const request = { method: 'GET', path: '/api/v1/fundingRates?symbol=BTC_USDC_PERP&limit=1000&offset=0' } as const;
const row = (intervalEndTimestamp: string, fundingRate = '0.0000125') => ({
  symbol: 'BTC_USDC_PERP',
  fundingRate,
  intervalEndTimestamp,
});
const common = { symbol: 'BTC-USDC-PERP', venue_symbol: 'BTC_USDC_PERP', interval_seconds: null };

test('the first row still runs, the others are settled at their end', () => {
  const body = [row('2026-10-05T13:00:00'), row('2026-10-05T12:00:00', '-0.000010077'), row('2026-10-05T11:00:00', '')];
  const mapped = mapReply(backpack, request, body, { received: '2026-10-05T12:15:00Z' });
  expect(mapped.of('funding_rates')).toEqual([
    { ...common, ts_event: null, kind: 'running', rate: '0.0000125', funding_time: time('2026-10-05T13:00:00Z') },
    {
      ...common,
      ts_event: time('2026-10-05T12:00:00Z'),
      kind: 'settled',
      rate: '-0.000010077',
      funding_time: time('2026-10-05T12:00:00Z'),
    },
  ]);
  expect(mapped.rejected).toEqual(['funding_rates of BTC_USDC_PERP: rate is missing']);
});

test.each([
  [
    'a cached reply just after the hour: its first row is still the estimate',
    '12:00:02',
    ['12', '11'],
    ['running', 'settled'],
  ],
  ['a reply just after the hour with a newer row on top', '12:00:02', ['13', '12'], ['running', 'settled']],
  ['our clock is behind the venue', '11:59:58', ['13', '12'], ['running', 'settled']],
  ['a later page', '12:15:00', ['09', '08'], ['settled', 'settled']],
])('%s', (_case, received, hours, kinds) => {
  const body = hours.map((one) => row(`2026-10-05T${one}:00:00`));
  const mapped = mapReply(backpack, request, body, { received: `2026-10-05T${received}Z` });
  expect(mapped.of('funding_rates').map(({ kind }) => kind)).toEqual(kinds);
});

test('no rows are no fault, a row without its time is one', () => {
  expect(mapReply(backpack, request, [])).toMatchObject({ rows: [], rejected: [] });
  const mapped = mapReply(backpack, request, [row('soon'), row('2026-10-05T11:00:00')]);
  expect(mapped.of('funding_rates')).toHaveLength(1);
  expect(mapped.rejected).toEqual(['funding_rates of BTC_USDC_PERP: intervalEndTimestamp is no time: soon']);
});

test('the history of open interest is not offered, and what to do instead is said', () => {
  expect(backpack.history.open_interest).toEqual({ notOffered: expect.stringMatching(/Record it/) });
});
