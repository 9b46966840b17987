import { describe, expect, it } from 'vitest';
import { readMessage, rulesOf, topicsOf } from '../streamed.ts';

describe('read', () => {
  const read = (message: unknown) => readMessage('backpack', 'all', message);
  const topic = 'depth.AAPL.US_USDC_PERP';

  it.each([
    ['as it is sent', `{"data":{"a":[],"b":[["1","2"]],"e":"depth"},"stream":"${topic}"}`],
    ['as it is documented', `{"stream":"${topic}","data":{"e":"depth"}}`],
    ['with blanks', `{ "data": {"e":"depth"}, "stream": "${topic}" }`],
    ['with more at the end', `{"data":{"e":"depth"},"stream":"${topic}","more":"x"}`],
    ['with an escape in the name', '{"data":{"e":"depth"},"stream":"depth.AAPL\\u002eUS_USDC_PERP"}'],
  ])('tells data by its stream, %s', (_how, text) => {
    expect(read(text)).toEqual({ kind: 'data', topic });
  });

  it('gives the very same text for the same stream, wherever it stands', () => {
    const last = `{"data":{"e":"depth"},"stream":"${topic}"}`;
    expect(read(last)).toBe(read(last));
    expect(read(last)).toBe(read(`{"stream":"${topic}","data":{"e":"depth"}}`));
  });

  it('does not take an inner stream for that of the message', () => {
    expect(read('{"data":{"e":"x","stream":"inner"}}')).toEqual({ kind: 'unknown' });
    expect(read('{"data":{"e":"x"},"more":{"y":"},\\"stream\\":\\"inner"}}')).toEqual({ kind: 'unknown' });
    expect(read('{"data":{"e":"x"},"note":"},\\"stream\\":\\"inner"}')).toEqual({ kind: 'unknown' });
  });

  const error = (code: number, message: string, id: number | null = null) => read({ id, error: { code, message } });

  it('takes errors about streams for refusals of the last frame', () => {
    const fault = { kind: 'bad_symbol', message: 'Invalid stream (4006)' };
    expect(error(4006, 'Invalid stream')).toEqual({ kind: 'refused', id: null, topics: null, fault });
    expect(error(4006, 'Invalid stream', 9)).toMatchObject({ kind: 'refused', id: 9 });
    expect(error(4008, 'Invalid depth window')).toMatchObject({ kind: 'refused', fault: { kind: 'bad_request' } });
    expect(error(4002, 'Parse error')).toMatchObject({ kind: 'refused', fault: { kind: 'bad_request' } });
    expect(error(5000, 'Too many messages')).toMatchObject({ kind: 'error', fault: { kind: 'rate_limited' } });
  });

  it('knows an ack, should there be one, and nothing else', () => {
    expect(read({ id: 3, result: null })).toEqual({ kind: 'ack', id: 3, topics: null });
    for (const message of ['null', '[]', '{}', { stream: topic, data: null }]) {
      expect(read(message)).toEqual({ kind: 'unknown' });
    }
  });
});

describe('topics', () => {
  const names = (dataset: Parameters<typeof topicsOf>[1], wish = {}) =>
    topicsOf('backpack', dataset, ['BTC_USDC_PERP'], wish).map(({ route, topic }) => `${route} ${topic}`);

  it('has one for each market', () => {
    expect(names('trades')).toEqual(['all trade.BTC_USDC_PERP']);
    expect(names('book_deltas')).toEqual(['all depth.BTC_USDC_PERP']);
    expect(names('tickers')).toEqual([
      'all markPrice.BTC_USDC_PERP',
      'all bookTicker.BTC_USDC_PERP',
      'all ticker.BTC_USDC_PERP',
    ]);
    expect(names('candles', { candleSeconds: [60, 86_400] })).toEqual([
      'all kline.1m.BTC_USDC_PERP',
      'all kline.1d.BTC_USDC_PERP',
    ]);
  });

  it('gives open interest, which comes every minute, time enough', () => {
    const [topic] = topicsOf('backpack', 'open_interest', ['BTC_USDC_PERP']);
    expect(topic).toMatchObject({ topic: 'openInterest.BTC_USDC_PERP', sparse: false });
    expect(topic?.silenceMs).toBeGreaterThan(120_000);
  });

  it('asks for liquidations under both names, one at a time, apart from all else', () => {
    const topics = topicsOf('backpack', 'liquidations', ['BTC_USDC_PERP', 'ETH_USDC_PERP']);
    expect(
      topics.map(({ topic, instrument, alternatives }) => [topic, instrument?.symbol ?? null, alternatives]),
    ).toEqual([
      ['liquidation', null, ['liquidation.BTC_USDC_PERP', 'liquidation.ETH_USDC_PERP']],
      ['liquidation.BTC_USDC_PERP', 'BTC_USDC_PERP', ['liquidation']],
      ['liquidation.ETH_USDC_PERP', 'ETH_USDC_PERP', ['liquidation']],
    ]);
    expect(new Set(topics.map(({ route }) => route))).toEqual(new Set(['liquidations']));
    expect(rulesOf('backpack', 'liquidations').limits.topicsPerFrame).toBe(1);
    expect(topicsOf('backpack', 'liquidations', [])).toEqual([]);
  });
});

it('says what it wants, and expects no answer', () => {
  const rules = rulesOf('backpack', 'all');
  expect(rules.subscribe(['depth.A', 'trade.A'], 1)).toBe('{"method":"SUBSCRIBE","params":["depth.A","trade.A"]}');
  expect(rules.unsubscribe(['depth.A'], 2)).toBe('{"method":"UNSUBSCRIBE","params":["depth.A"]}');
  expect(rules.acknowledges).toBe(false);
});
