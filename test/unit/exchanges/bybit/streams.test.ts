import { describe, expect, it } from 'vitest';
import { offerOf, readMessage, rulesOf, topicsOf } from '../streamed.ts';

describe('read', () => {
  const read = (message: unknown) => readMessage('bybit', 'linear', message);

  it.each([
    ['as it is sent', '{"topic":"orderbook.200.ETHUSDT","type":"delta","ts":1,"data":{"u":1}}'],
    ['with blanks', '{\n  "topic": "orderbook.200.ETHUSDT",\n  "data": {}\n}'],
    ['in another order', '{"id":"x","data":{"u":1},"topic":"orderbook.200.ETHUSDT"}'],
  ])('tells data by its topic, %s', (_how, text) => {
    expect(read(text)).toEqual({ kind: 'data', topic: 'orderbook.200.ETHUSDT' });
  });

  it('gives the very same text for the same topic', () => {
    const text = '{"topic":"publicTrade.ETHUSDT","type":"snapshot","ts":1,"data":[]}';
    expect(read(text)).toBe(read(text));
  });

  it('knows acks by the id that they echo, or by their topics', () => {
    expect(read({ success: true, ret_msg: '', conn_id: 'c', req_id: '7', op: 'subscribe' })).toEqual({
      kind: 'ack',
      id: 7,
      topics: null,
    });
    const data = { failTopics: [], successTopics: ['tickers.ETHUSDT'] };
    expect(read({ success: true, conn_id: 'c', data, type: 'COMMAND_RESP' })).toEqual({
      kind: 'ack',
      id: null,
      topics: ['tickers.ETHUSDT'],
    });
    const failed = { failTopics: ['tickers.NOPE'], successTopics: [] };
    expect(read({ success: true, conn_id: 'c', data: failed })).toMatchObject({
      kind: 'refused',
      topics: ['tickers.NOPE'],
    });
  });

  it.each([
    ['{"success":true,"ret_msg":"pong","conn_id":"c","req_id":"","op":"ping"}'],
    ['{"req_id":"1","op":"pong","args":["1795175999000"],"conn_id":"c"}'],
  ])('knows the pong %s', (text) => {
    expect(read(text)).toEqual({ kind: 'heartbeat' });
  });

  const refusal = (ret_msg: string) => read({ success: false, ret_msg, conn_id: 'c', req_id: '7', op: 'subscribe' });

  it.each([
    ['error:handler not found,topic:orderbook.7.ETHUSDT', ['orderbook.7.ETHUSDT']],
    ['Invalid symbol :[tickers.NOPEUSDT,publicTrade.BTC-27MAR26]', ['tickers.NOPEUSDT', 'publicTrade.BTC-27MAR26']],
    ['Invalid topic: kline.1.NOPE', ['kline.1.NOPE']],
  ])('finds the topics to blame in: %s', (words, topics) => {
    expect(refusal(words)).toEqual({ kind: 'refused', id: 7, topics, fault: { kind: 'bad_symbol', message: words } });
  });

  it('leaves it open who is to blame where the words name no topic', () => {
    expect(refusal('Params Error')).toMatchObject({
      kind: 'refused',
      id: 7,
      topics: null,
      fault: { kind: 'bad_request' },
    });
    expect(refusal('Too many visits.')).toMatchObject({ topics: null, fault: { kind: 'rate_limited' } });
  });

  it('takes other words with dots in them for no topics', () => {
    expect(refusal('Params Error.Please see api.bybit.com')).toMatchObject({ topics: null });
  });

  it('takes no harm in what is subscribed already', () => {
    expect(refusal('error:already subscribed,topic:tickers.ETHUSDT')).toEqual({
      kind: 'ack',
      id: null,
      topics: ['tickers.ETHUSDT'],
    });
  });

  it('tells other complaints, and what it does not know', () => {
    expect(read({ op: 'auth', success: true, retCode: 0 }), 'no answer to a subscription').toEqual({
      kind: 'heartbeat',
    });
    expect(read({ op: 'auth', success: false, ret_msg: 'Params Error' })).toMatchObject({ kind: 'error' });
    for (const message of ['null', '[]', '{"nothing":1}', { topic: 'tickers.ETHUSDT' }]) {
      expect(read(message)).toEqual({ kind: 'unknown' });
    }
  });
});

describe('topics', () => {
  const names = (dataset: Parameters<typeof topicsOf>[1], wish = {}) =>
    topicsOf('bybit', dataset, ['BTCUSDT'], wish).map(({ topic }) => topic);

  it('has one for each instrument', () => {
    expect(names('trades')).toEqual(['publicTrade.BTCUSDT']);
    expect(names('liquidations')).toEqual(['allLiquidation.BTCUSDT']);
    expect(names('tickers')).toEqual(['tickers.BTCUSDT']);
    expect(names('candles', { candleSeconds: [60, 3600, 86_400] })).toEqual([
      'kline.1.BTCUSDT',
      'kline.60.BTCUSDT',
      'kline.D.BTCUSDT',
    ]);
    expect(offerOf('bybit', 'open_interest', ['BTCUSDT'])).toHaveProperty('notOffered');
  });

  it('asks for books as deep as is wanted', () => {
    expect(names('book_deltas')).toEqual(['orderbook.200.BTCUSDT']);
    expect(names('book_deltas', { options: { book_depth: 1000 } })).toEqual(['orderbook.1000.BTCUSDT']);
    expect(() => names('book_deltas', { options: { book_depth: 7 } })).toThrow('book_depth');
  });

  it('lets the book of a dated future rest', () => {
    const books = topicsOf('bybit', 'book_deltas', ['BTCUSDT', 'BTC-27MAR26']);
    expect(books.map(({ sparse }) => sparse)).toEqual([false, true]);
  });
});

describe('routes', () => {
  const rules = rulesOf('bybit', 'linear');

  it('keeps the names of all topics of a connection within 21,000 characters', () => {
    const { topicsPerConnection } = rules.limits;
    const longest = Array.from({ length: topicsPerConnection }, () => 'orderbook.1000.1000000BABYDOGEUSDT-27MAR26');
    expect(JSON.stringify(longest.map((topic) => topic.slice(0, 38))).length).toBeLessThan(21_000);
  });

  it('says what it wants', () => {
    expect(rules.subscribe(['tickers.BTCUSDT'], 3)).toBe('{"req_id":"3","op":"subscribe","args":["tickers.BTCUSDT"]}');
    expect(rules.unsubscribe(['tickers.BTCUSDT'], 4)).toBe(
      '{"req_id":"4","op":"unsubscribe","args":["tickers.BTCUSDT"]}',
    );
    expect(rules.ping).toEqual({ everyMs: 20_000, frame: '{"op":"ping"}' });
  });
});
