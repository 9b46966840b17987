import { describe, expect, it } from 'vitest';
import { offerOf, readMessage, rulesOf, topicsOf } from '../streamed.ts';

describe('read', () => {
  const read = (message: unknown) => readMessage('binance', 'market', message);
  const event = { e: 'aggTrade', s: 'ETHUSDT', a: 1 };

  it.each([
    ['as it is sent', '{"stream":"ethusdt@aggTrade","data":{"e":"aggTrade"}}'],
    ['with blanks', '{ "stream" : "ethusdt@aggTrade" , "data" : {"e":"aggTrade"} }'],
    ['the other way round', '{"data":{"e":"aggTrade"},"stream":"ethusdt@aggTrade"}'],
    ['with an escape in the name', '{"stream":"ethusdt\\u0040aggTrade","data":{"e":"aggTrade"}}'],
    ['with a list in it', '{"stream":"ethusdt@aggTrade","data":[{"e":"aggTrade"}]}'],
  ])('tells data by its stream, %s', (_how, text) => {
    expect(read(text)).toEqual({ kind: 'data', topic: 'ethusdt@aggTrade' });
  });

  it('gives the very same text for the same stream, scripts of all kinds included', () => {
    for (const stream of ['ethusdt@depth@100ms', '币安usdt@aggTrade']) {
      expect(read({ stream, data: event })).toBe(read({ stream, data: { ...event, a: 2 } }));
      expect(read({ stream, data: event })).toEqual({ kind: 'data', topic: stream });
    }
  });

  it('knows acks and refusals by the id of their frame', () => {
    expect(read({ result: null, id: 12 })).toEqual({ kind: 'ack', id: 12, topics: null });
    const fault = { kind: 'bad_request', message: 'Invalid request: unknown variant (2)' };
    const error = { code: 2, msg: 'Invalid request: unknown variant' };
    expect(read({ error, id: 13 })).toEqual({ kind: 'refused', id: 13, topics: null, fault });
    expect(read({ ...error, id: 14 })).toEqual({ kind: 'refused', id: 14, topics: null, fault });
    expect(read(error)).toEqual({ kind: 'error', fault });
  });

  it('tells a passing refusal from one that lasts', () => {
    const error = { code: -1003, msg: 'Too many requests.' };
    expect(read({ error, id: 1 })).toMatchObject({ kind: 'refused', fault: { kind: 'rate_limited' } });
  });

  it('knows nothing else', () => {
    for (const message of ['null', '7', '"a"', '[]', '{}', { stream: 'x', data: null }, event]) {
      expect(read(message)).toEqual({ kind: 'unknown' });
    }
    expect(() => read('{"stream":"ethusdt@aggTrade","data":')).toThrow(SyntaxError);
  });
});

describe('topics', () => {
  it('asks for books over one route and for all else over the other, in small letters', () => {
    const names = (dataset: Parameters<typeof topicsOf>[1]) =>
      topicsOf('binance', dataset, ['BTCUSDT']).map(({ route, topic }) => `${route} ${topic}`);
    expect(names('trades')).toEqual(['market btcusdt@aggTrade']);
    expect(names('book_deltas')).toEqual(['public btcusdt@depth@100ms']);
    expect(names('liquidations')).toEqual(['market btcusdt@forceOrder']);
    expect(names('tickers')).toEqual([
      'market btcusdt@markPrice@1s',
      'public btcusdt@bookTicker',
      'market btcusdt@ticker',
    ]);
    expect(names('candles')).toEqual(['market btcusdt@kline_1m']);
  });

  it('is about each instrument, in their order', () => {
    const topics = topicsOf('binance', 'trades', ['ETHUSDT', 'BTCUSDT_260327']);
    expect(topics.map(({ topic, instrument }) => [topic, instrument?.venue_symbol])).toEqual([
      ['ethusdt@aggTrade', 'ETHUSDT'],
      ['btcusdt_260327@aggTrade', 'BTCUSDT_260327'],
    ]);
    expect(topicsOf('binance', 'trades', [])).toEqual([]);
  });

  it('takes only what has its own pace for steady', () => {
    const steady = ['book_deltas', 'tickers', 'trades', 'candles', 'liquidations'] as const;
    const topics = steady.flatMap((dataset) => topicsOf('binance', dataset, ['BTCUSDT', 'BTCUSDT_260327']));
    expect(topics.filter(({ sparse }) => sparse !== true).map(({ topic }) => topic)).toEqual([
      'btcusdt@depth@100ms',
      'btcusdt@markPrice@1s',
      'btcusdt_260327@markPrice@1s',
    ]);
    expect(topics.filter(({ sparse, silenceMs }) => sparse !== true && silenceMs !== 30_000)).toEqual([]);
    const events = topics.filter(({ dataset }) => dataset === 'trades' || dataset === 'liquidations');
    expect(events.filter(({ silenceMs }) => silenceMs < 60_000)).toEqual([]);
  });

  it('asks for the candles that are wanted, and says which there are', () => {
    const topics = topicsOf('binance', 'candles', ['BTCUSDT'], { candleSeconds: [60, 604_800] });
    expect(topics.map(({ topic }) => topic)).toEqual(['btcusdt@kline_1m', 'btcusdt@kline_1w']);
    const missing = { notOffered: expect.stringContaining('no candles of 7, 90 s') };
    expect(offerOf('binance', 'candles', ['BTCUSDT'], { candleSeconds: [7, 60, 90] })).toEqual(missing);
  });

  it('says the way out where nothing is streamed', () => {
    const wayOut = (dataset: Parameters<typeof topicsOf>[1]) => offerOf('binance', dataset, ['BTCUSDT']);
    expect(wayOut('open_interest')).toEqual({ notOffered: expect.stringContaining('snapshots.open_interest') });
    expect(wayOut('funding_rates')).toEqual({ notOffered: expect.stringContaining('snapshots.funding_rates') });
    expect(wayOut('instruments')).toEqual({ notOffered: expect.stringContaining('snapshots.instruments') });
    expect(wayOut('raw')).toEqual({ notOffered: expect.stringContaining('streamer.raw') });
    expect(wayOut('coverage')).toHaveProperty('notOffered');
  });
});

describe('routes', () => {
  it('says what it wants, in batches that the venue takes', () => {
    const rules = rulesOf('binance', 'public');
    expect(rules.subscribe(['a@depth', 'b@depth'], 3)).toBe(
      '{"method":"SUBSCRIBE","params":["a@depth","b@depth"],"id":3}',
    );
    expect(rules.unsubscribe(['a@depth'], 4)).toBe('{"method":"UNSUBSCRIBE","params":["a@depth"],"id":4}');
    const { frames, topicsPerConnection } = rules.limits;
    expect(frames.count / frames.seconds).toBeLessThan(10);
    expect(topicsPerConnection, 'one is left for the canary').toBeLessThan(1024);
  });

  it('reads a refused connection in its own terms', () => {
    const text = '{"code":-1003,"msg":"Way too many requests; IP banned until 1795176000000."}';
    const reply = { status: 418, headers: {}, text, value: JSON.parse(text), received: 0 };
    expect(rulesOf('binance', 'market').refusal?.(reply)).toMatchObject({ kind: 'banned', retryAt: 1795176000000_000 });
  });
});
