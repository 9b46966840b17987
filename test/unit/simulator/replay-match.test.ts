import { describe, expect, it } from 'vitest';
import { findRecording } from '../../../packages/simulator/src/replay/match.ts';
import { parametersOf } from '../../../packages/simulator/src/replay/recording.ts';
import { recordingOf } from '../../../packages/simulator/src/replay/shapes.ts';
import type { VenueId, VenueRequest } from '../../../packages/simulator/src/venue.ts';

function recorded(venue: VenueId | null, record: unknown, doubt = 0) {
  return recordingOf(record, JSON.stringify(record), { file: 'f.json', venue, doubt });
}

function ask(target: string, body = ''): VenueRequest {
  const [path = '', queryText = ''] = target.split('?');
  const method = body === '' ? 'GET' : 'POST';
  return { method, path, queryText, query: new URLSearchParams(queryText), body, contentType: 'application/json' };
}

const known = (...records: ReturnType<typeof recorded>[]) => records.filter((record) => record !== null);

describe('shapes of recordings', () => {
  it.each([
    [
      'a mock server',
      { request: { method: 'GET', path: '/fapi/v1/x', query: 'symbol=A' }, response: { v: 1 } },
      '{"v":1}',
    ],
    ['notes', { request: 'GET /api/v1/x?symbol=A (cut)', status: 404, bodyText: 'no' }, 'no'],
    ['a capture', { url: 'https://fapi.binance.com/fapi/v1/x?symbol=A', body: { v: 2 } }, '{"v":2}'],
    ['the own format', { venue: 'bybit', request: 'GET /v5/x?symbol=A', status: 200, body: { v: 3 } }, '{"v":3}'],
    [
      'a cassette',
      {
        request: { method: 'POST', uri: 'https://api.hyperliquid.xyz/info', body: '{"type": "x", "symbol": "A"}' },
        response: { status: { code: 503 }, headers: { 'content-type': ['text/html'] }, bodyText: '<p>' },
      },
      '<p>',
    ],
  ])('reads %s', (_name, record, text) => {
    const found = recorded('backpack', record);
    expect(found?.text).toBe(text);
    expect(found?.parameters.get('symbol')).toBe('A');
  });

  it('takes status and content type as recorded', () => {
    const found = recorded('backpack', {
      request: 'GET /api/v1/x',
      status: 404,
      contentType: 'text/plain',
      bodyText: 'no',
    });
    expect(found).toMatchObject({ status: 404, contentType: 'text/plain', venue: 'backpack' });
  });

  it('tells the request of a bare reply from its fields, and leaves out what it can not tell', () => {
    const rows = [{ coin: 'BTC', fundingRate: '0.1', time: 1 }];
    expect([...(recorded('hyperliquid', rows)?.parameters ?? [])]).toEqual([
      ['coin', 'BTC'],
      ['type', 'fundingHistory'],
    ]);
    const envelope = { retCode: 0, result: { category: 'linear', list: [{ symbol: 'A', fundingRateTimestamp: '1' }] } };
    expect(recorded('bybit', envelope)).toMatchObject({ path: '/v5/market/funding/history', requestKnown: false });
    expect(recorded('binance', [{ something: 1 }])).toBeNull();
    expect(recorded(null, rows)).toBeNull();
  });
});

describe('findRecording', () => {
  const path = '/fapi/v1/fundingRate';
  const reply = (query: string, fundingTime: number) => ({
    request: { method: 'GET', path, query },
    response: [{ symbol: 'A', fundingTime }],
  });
  const early = recorded('binance', reply('symbol=A&startTime=1600000000000&endTime=1600000001000', 1_600_000_000_000));
  const late = recorded('binance', reply('symbol=A&startTime=1700000000000&endTime=1700000001000', 1_700_000_000_000));
  const all = known(early, late);

  it('takes the very same request first, in whatever order its parameters come', () => {
    expect(findRecording(all, ask(`${path}?endTime=1600000001000&symbol=A&startTime=1600000000000`))).toBe(early);
  });

  it('takes the same instrument with another stretch of time, the one that lies in it before others', () => {
    expect(findRecording(all, ask(`${path}?symbol=A&startTime=1699999990000&limit=1000`))).toBe(late);
    expect(findRecording(all, ask(`${path}?symbol=A&endTime=1650000000000&limit=1000`))).toBe(early);
  });

  it('never answers for another instrument, another period or a later page', () => {
    expect(findRecording(all, ask(`${path}?symbol=B`))).toBeNull();
    expect(findRecording(all, ask(path))).toBeNull();
    expect(findRecording(all, ask(`${path}?symbol=A&period=1h`))).toBeNull();
    expect(findRecording(all, ask(`${path}?symbol=A&fromId=5`))).toBeNull();
    expect(findRecording(all, ask(`/other?symbol=A`))).toBeNull();
  });

  it('tells bodies of one path apart by type and coin', () => {
    const body = (coin: string) => JSON.stringify({ type: 'fundingHistory', coin, startTime: 5 });
    const btc = recorded('hyperliquid', { request: `POST /info ${body('BTC')}`, status: 200, bodyText: '[]' });
    const meta = recorded('hyperliquid', { request: 'POST /info {"type":"meta"}', status: 200, bodyText: '{}' });
    const both = known(btc, meta);
    expect(findRecording(both, ask('/info', '{"coin":"BTC","type":"fundingHistory","startTime":9}'))).toBe(btc);
    expect(findRecording(both, ask('/info', body('ETH')))).toBeNull();
    expect(findRecording(both, ask('/info', '{"type":"meta"}'))).toBe(meta);
  });

  it('answers for all instruments with a list of one only where the venue always sends lists', () => {
    const ticker = recorded('bybit', {
      request: 'GET /v5/t?category=linear&symbol=A',
      status: 200,
      body: { list: [] },
    });
    expect(findRecording(known(ticker), ask('/v5/t?category=linear'))).toBe(ticker);
    expect(findRecording(known(ticker), ask('/v5/t?category=inverse'))).toBeNull();
    expect(findRecording(known(ticker), ask('/v5/t?category=linear&symbol=B'))).toBeNull();
  });

  it('trusts what was captured more than a documented example', () => {
    const example = recorded('bybit', { request: 'GET /v5/t?symbol=A&limit=1', body: { long: 'example' } }, 1);
    const capture = recorded('bybit', { request: 'GET /v5/t?symbol=A&limit=2', body: {} }, 0);
    expect(findRecording(known(example, capture), ask('/v5/t?symbol=A&limit=3'))).toBe(capture);
  });
});

describe('parametersOf', () => {
  it('flattens the fields of a JSON body', () => {
    const body = '{"type":"candleSnapshot","req":{"coin":"BTC","startTime":5}}';
    expect(Object.fromEntries(parametersOf('', body))).toEqual({ type: 'candleSnapshot', coin: 'BTC', startTime: '5' });
  });
});
