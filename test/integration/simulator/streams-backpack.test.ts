import { describe, expect, it } from 'vitest';
import { data, simulate, start } from './client.ts';
import { connect, KeptBook, type Message, numbers, pass, type StreamClient } from './streams-client.ts';

const venue = 'backpack';
const subscribe = (...params: string[]) => ({ method: 'SUBSCRIBE', params });
const ofStream = (client: StreamClient, stream: string): Message[] =>
  client.messages().flatMap((message) => (message.stream === stream ? [message.data] : []));

describe('simulated streams of Backpack: the protocol', () => {
  it('acknowledges nothing, is silent about unknown symbols, and names errors by number', async () => {
    const simulator = await simulate();
    const client = await connect(simulator, venue, '/');
    client.send(subscribe('trade.AAPL.US_USDC_PERP', 'trade.NOPE_USDC_PERP', 'depth.200ms.AAPL.US_USDC_PERP'));
    client.send(subscribe('funding.BTC_USDC_PERP', 'kline.7m.BTC_USDC_PERP'));
    client.send(subscribe('depth.50ms.BTC_USDC_PERP'));
    client.send('{"method":');
    await client.settled();
    expect(client.messages()).toEqual([
      { id: null, error: { code: 4006, message: 'Invalid stream' } },
      { id: null, error: { code: 4006, message: 'Invalid stream' } },
      { id: null, error: { code: 4008, message: 'Invalid depth window' } },
      { id: null, error: { code: 4002, message: 'Parse error' } },
    ]);
    client.texts.length = 0;
    await pass(simulator, 5000, [client]);
    expect(new Set(client.messages().map(({ stream }) => stream))).toEqual(
      new Set(['trade.AAPL.US_USDC_PERP', 'depth.200ms.AAPL.US_USDC_PERP']),
    );
    expect(ofStream(client, 'depth.200ms.AAPL.US_USDC_PERP')).toHaveLength(25);
    client.send({ method: 'UNSUBSCRIBE', params: ['trade.AAPL.US_USDC_PERP', 'depth.200ms.AAPL.US_USDC_PERP'] });
    await client.settled();
    client.texts.length = 0;
    await pass(simulator, 5000, [client]);
    expect(client.texts).toEqual([]);
  });

  it('pings every minute, and ends a connection whose pongs stay away for two', async () => {
    const simulator = await simulate();
    const [client, mute] = [await connect(simulator, venue, '/'), await connect(simulator, venue, '/')];
    let pings = 0;
    client.socket.on('ping', () => {
      pings += 1;
    });
    mute.socket.pause();
    await pass(simulator, 300_000, [client]);
    expect(pings).toBe(5);
    const [, silent] = simulator.connections(venue);
    const ended = simulator.connections(venue).filter(({ closedAt }) => closedAt !== null);
    expect(ended.map(({ name, closedAt }) => [name, closedAt])).toEqual([[mute.name, start + 180_000_000]]);
    expect(silent).toBeDefined();
  });

  it('has liquidations of all markets in one stream, or of each in its own', async () => {
    const streams = { liquidationsPerMinute: 30 };
    for (const [liquidations, works, refused] of [
      ['global', 'liquidation', 'liquidation.BTC_USDC_PERP'],
      ['by-symbol', 'liquidation.BTC_USDC_PERP', 'liquidation'],
    ] as const) {
      const simulator = await simulate({ streams, backpack: { liquidations } });
      const client = await connect(simulator, venue, '/');
      client.send(subscribe(works, refused));
      await client.settled();
      expect(client.messages()).toEqual([{ id: null, error: { code: 4006, message: 'Invalid stream' } }]);
      await pass(simulator, 30_000, [client]);
      const symbols = new Set(ofStream(client, works).map(({ s }) => s));
      expect(symbols.has('BTC_USDC_PERP')).toBe(true);
      expect(symbols.size > 1).toBe(liquidations === 'global');
      expect([...symbols].every((symbol) => symbol.endsWith('_PERP'))).toBe(true);
    }
  });
});

describe('simulated streams of Backpack: one market with REST', () => {
  it('numbers states of a book without a gap; they join a snapshot and lead to the very book', async () => {
    const simulator = await simulate();
    const stream = 'depth.BTC_USDC_PERP';
    const client = await connect(simulator, venue, '/');
    client.send(subscribe(stream));
    await client.settled();
    for (const wait of [1000, 1030, 1170]) {
      client.texts.length = 0;
      await pass(simulator, wait, [client]);
      const snapshot = await data<Message>(simulator, venue, '/api/v1/depth?symbol=BTC_USDC_PERP&limit=1000');
      await pass(simulator, 5000, [client]);
      const last = Number(snapshot.lastUpdateId);
      const all = ofStream(client, stream);
      expect(all.slice(1).map(({ U }) => U)).toEqual(all.slice(0, -1).map(({ u }) => u + 1));
      const events = all.filter(({ u }) => u > last);
      expect(events[0].U).toBeLessThanOrEqual(last + 1);
      const book = new KeptBook().set(snapshot.bids, snapshot.asks);
      for (const { b, a, u } of events) {
        book.apply(b, a);
        expect(book.levels()).toEqual(numbers(simulator.book(venue, 'BTC_USDC_PERP', { sequence: u })));
      }
      const padded = events.flatMap(({ a, b }) => [...a, ...b]);
      expect(padded.every(([price]: string[]) => /^\d+\.\d$/.test(price ?? ''))).toBe(true);
      expect(padded.some(([, size]: string[]) => size === '0.00')).toBe(true);
    }
  });

  it('numbers trades one by one; they are those of REST, with times in microseconds', async () => {
    const simulator = await simulate();
    const client = await connect(simulator, venue, '/');
    client.send(subscribe('trade.SOL_USDC_PERP'));
    await client.settled();
    await pass(simulator, 60_000, [client]);
    const trades = ofStream(client, 'trade.SOL_USDC_PERP');
    expect(trades.length).toBeGreaterThan(100);
    expect(trades.map(({ t }) => t)).toEqual(trades.map((_, index) => trades[0].t + index));
    expect(trades.every(({ E, T }) => T > start && E >= T && T % 1000 === 0)).toBe(true);
    const rest = await data<Message[]>(simulator, venue, '/api/v1/trades?symbol=SOL_USDC_PERP&limit=1000');
    const known = rest.toReversed().filter(({ id }) => id >= trades[0].t && id <= trades.at(-1).t);
    expect(known.map((row) => [row.id, row.price, row.quantity, row.isBuyerMaker, row.timestamp * 1000])).toEqual(
      trades.map(({ t, p, q, m, T }) => [t, p, q, m, T]),
    );
  });

  it('tells marks every second, open interest every minute, and candles as REST has them', async () => {
    const simulator = await simulate();
    const client = await connect(simulator, venue, '/');
    const of = (channel: string) => ofStream(client, `${channel}.BTC_USDC_PERP`);
    client.send(
      subscribe(
        ...['markPrice', 'openInterest', 'ticker', 'bookTicker', 'kline.1m'].map((each) => `${each}.BTC_USDC_PERP`),
      ),
    );
    await client.settled();
    await pass(simulator, 125_000, [client]);
    expect(of('markPrice')).toHaveLength(125);
    expect(of('markPrice')[0].n).toBe(Date.UTC(2026, 9, 15, 13));
    expect(of('openInterest')).toHaveLength(3);
    const last = of('bookTicker').at(-1);
    const { bids, asks } = simulator.book(venue, 'BTC_USDC_PERP', { sequence: last.u });
    expect([
      [last.b, last.B],
      [last.a, last.A],
    ]).toEqual([bids[0], asks[0]]);
    const closed = of('kline.1m').filter(({ X }) => X);
    expect(closed.map(({ t }) => t)).toEqual(['2026-10-15T12:34:00', '2026-10-15T12:35:00', '2026-10-15T12:36:00']);
    const from = Date.UTC(2026, 9, 15, 12, 34) / 1000;
    const rest = await data<Message[]>(
      simulator,
      venue,
      `/api/v1/klines?symbol=BTC_USDC_PERP&interval=1m&startTime=${from}`,
    );
    expect(closed.map(({ o, h, l, c, v, n }) => [o, h, l, c, v, String(n)])).toEqual(
      rest.slice(0, 3).map((row) => [row.open, row.high, row.low, row.close, row.volume, row.trades]),
    );
  });
});
