import { describe, expect, it } from 'vitest';
import { offerOf, readMessage, rulesOf, topicsOf } from '../streamed.ts';

const vault = '0x00000000000000000000000000000000000000Aa';

describe('read', () => {
  const read = (message: unknown) => readMessage('hyperliquid', 'all', message);

  it.each([
    ['trades:ETH', { channel: 'trades', data: [{ coin: 'ETH', side: 'A' }] }],
    ['trades:xyz:NVDA', { channel: 'trades', data: [{ coin: 'xyz:NVDA', side: 'A' }] }],
    ['trades:ETH', { channel: 'trades', data: [{ side: 'A', coin: 'ETH' }] }],
    ['trades:ETH', { data: [{ coin: 'ETH' }], channel: 'trades' }],
    ['l2Book:ETH', { channel: 'l2Book', data: { coin: 'ETH', time: 1, levels: [[], []] } }],
    ['l2Book:ETH', { channel: 'l2Book', data: { time: 1, levels: [[], []], coin: 'ETH' } }],
    ['bbo:ETH', { channel: 'bbo', data: { coin: 'ETH', time: 1, bbo: [null, null] } }],
    ['activeAssetCtx:ETH', { channel: 'activeAssetCtx', data: { coin: 'ETH', ctx: {} } }],
    ['candle:1m:xyz:NVDA', { channel: 'candle', data: { t: 1, T: 2, s: 'xyz:NVDA', i: '1m' } }],
    [`userFills:${vault.toLowerCase()}`, { channel: 'userFills', data: { isSnapshot: true, user: vault, fills: [] } }],
    ['allMids', { channel: 'allMids', data: { mids: {} } }],
  ])('tells data of %s', (topic, message) => {
    expect(read(message)).toEqual({ kind: 'data', topic });
    expect(read(JSON.stringify(message, null, 2))).toEqual({ kind: 'data', topic });
  });

  it.each([
    { channel: 'trades', data: [{ coin: 'ETH' }] },
    { channel: 'l2Book', data: { coin: 'ETH' } },
    { channel: 'bbo', data: { coin: 'ETH' } },
    { channel: 'activeAssetCtx', data: { coin: 'ETH' } },
  ])('gives the very same text for the same feed of $channel', (message) => {
    expect(read(message)).toBe(read(message));
  });

  const subscription = { type: 'candle', coin: 'xyz:NVDA', interval: '1m' };
  const echo = (method: string) => ({ channel: 'subscriptionResponse', data: { method, subscription } });

  it('knows acks by the subscription that they echo, with defaults filled in', () => {
    expect(read(echo('subscribe'))).toEqual({ kind: 'ack', id: null, topics: ['candle:1m:xyz:NVDA'] });
    const book = { type: 'l2Book', coin: 'BTC', nSigFigs: null, mantissa: null, fast: true };
    expect(read({ channel: 'subscriptionResponse', data: { method: 'subscribe', subscription: book } })).toEqual({
      kind: 'ack',
      id: null,
      topics: ['l2Book:BTC'],
    });
    expect(read(echo('unsubscribe'))).toEqual({ kind: 'ack', id: null, topics: null });
  });

  const error = (data: string) => read({ channel: 'error', data });

  it('takes no harm in what is subscribed already', () => {
    const words = `Already subscribed: ${JSON.stringify({ ...subscription, fast: false })}`;
    expect(error(words)).toEqual({ kind: 'ack', id: null, topics: ['candle:1m:xyz:NVDA'] });
    expect(error('Already unsubscribed: {"type":"trades","coin":"ETH"}')).toEqual({
      kind: 'ack',
      id: null,
      topics: null,
    });
  });

  it('finds what is refused in the request that an error repeats', () => {
    const request = { method: 'subscribe', subscription: { type: 'bbo', coin: 'ETH' } };
    expect(error(`Error parsing JSON into valid websocket request: ${JSON.stringify(request)}`)).toMatchObject({
      kind: 'refused',
      id: null,
      topics: ['bbo:ETH'],
      fault: { kind: 'bad_request' },
    });
    expect(error('Invalid subscription {"type":"bbo","coin":"NOPE"}')).toMatchObject({ topics: ['bbo:NOPE'] });
  });

  it('blames the oldest request where an error is about subscriptions and names none', () => {
    expect(error('Cannot track more than 10 total users.')).toMatchObject({ kind: 'refused', id: null, topics: null });
    const several = { method: 'subscribe', subscription: { type: 'bbo', coin: ['BTC', 'ETH'] } };
    expect(error(`Error parsing JSON into valid websocket request: ${JSON.stringify(several)}`)).toMatchObject({
      kind: 'refused',
      topics: null,
    });
    expect(error('Internal error {')).toMatchObject({ kind: 'error', fault: { message: 'Internal error {' } });
  });

  it('knows pongs, answers and messages without content, and nothing else', () => {
    for (const message of [
      { channel: 'pong' },
      { channel: 'post', data: { id: 1 } },
      { channel: 'trades', data: [] },
    ]) {
      expect(read(message)).toEqual({ kind: 'heartbeat' });
    }
    for (const message of ['7', 'null', '{}', { channel: 'trades' }, { channel: 'bbo', data: 'x' }]) {
      expect(read(message)).toEqual({ kind: 'unknown' });
    }
  });
});

describe('topics', () => {
  const names = (dataset: Parameters<typeof topicsOf>[1], wish = {}) =>
    topicsOf('hyperliquid', dataset, ['xyz:NVDA'], wish).map(({ route, topic }) => `${route} ${topic}`);

  it('names subscriptions by their parts', () => {
    expect(names('trades')).toEqual(['all trades:xyz:NVDA']);
    expect(names('book_deltas')).toEqual(['all l2Book:xyz:NVDA']);
    expect(names('tickers')).toEqual(['all activeAssetCtx:xyz:NVDA', 'all bbo:xyz:NVDA']);
    expect(names('candles')).toEqual(['all candle:1m:xyz:NVDA']);
  });

  it('asks for the fills of the vaults that take over liquidated positions, of all coins', () => {
    const topics = topicsOf('hyperliquid', 'liquidations', ['BTC', 'ETH'], { options: { liquidator_vaults: [vault] } });
    expect(topics).toEqual([
      {
        topic: `userFills:${vault.toLowerCase()}`,
        channel: 'userFills',
        route: 'all',
        dataset: 'liquidations',
        instrument: null,
        silenceMs: 60_000,
        sparse: true,
      },
    ]);
    expect(topicsOf('hyperliquid', 'liquidations', ['BTC'])).toHaveLength(2);
    expect(topicsOf('hyperliquid', 'liquidations', [])).toEqual([]);
    expect(offerOf('hyperliquid', 'liquidations', ['BTC'], { options: { liquidator_vaults: [] } })).toEqual({
      notOffered: expect.stringContaining('liquidator_vaults'),
    });
  });

  it('says where open interest is', () => {
    expect(offerOf('hyperliquid', 'open_interest', ['BTC'])).toEqual({
      notOffered: expect.stringContaining('tickers'),
    });
  });

  it('takes a route of its own for fast books', () => {
    expect(names('book_deltas', { options: { fast_books: true } })).toEqual(['fast l2Book:xyz:NVDA']);
    expect(names('trades', { options: { fast_books: true } })).toEqual(['fast trades:xyz:NVDA']);
  });
});

describe('routes', () => {
  it.each([
    ['all', 'trades:xyz:NVDA', { type: 'trades', coin: 'xyz:NVDA' }],
    ['all', 'l2Book:BTC', { type: 'l2Book', coin: 'BTC' }],
    ['fast', 'l2Book:BTC', { type: 'l2Book', coin: 'BTC', fast: true }],
    ['fast', 'bbo:BTC', { type: 'bbo', coin: 'BTC' }],
    ['all', 'candle:15m:xyz:NVDA', { type: 'candle', coin: 'xyz:NVDA', interval: '15m' }],
    ['all', `userFills:${vault}`, { type: 'userFills', user: vault }],
  ])('asks over %s for %s', (route, topic, subscription) => {
    const rules = rulesOf('hyperliquid', route);
    expect(rules.limits.topicsPerFrame).toBe(1);
    expect(JSON.parse(rules.subscribe([topic], 1))).toEqual({ method: 'subscribe', subscription });
    expect(JSON.parse(rules.unsubscribe([topic], 1))).toEqual({ method: 'unsubscribe', subscription });
  });

  it('keeps a connection alive that has nothing to say', () => {
    expect(rulesOf('hyperliquid', 'all').ping?.everyMs).toBeLessThan(60_000);
  });
});
