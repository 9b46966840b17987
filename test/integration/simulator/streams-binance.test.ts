import { describe, expect, it } from 'vitest';
import { data, simulate } from './client.ts';
import { connect, KeptBook, type Message, numbers, pass, refusal, type StreamClient, until } from './streams-client.ts';

const venue = 'binance';
const subscribe = (params: string[], id = 1) => ({ method: 'SUBSCRIBE', params, id });
const eventsOf = (client: StreamClient, stream: string): Message[] =>
  client.messages().flatMap((message) => (message.stream === stream ? [message.data] : []));

describe('simulated streams of Binance: the protocol', () => {
  it('serves books under /public and trades under /market; the wrong way round it acknowledges and is silent', async () => {
    const simulator = await simulate();
    const open = await connect(simulator, venue, '/public/stream');
    const market = await connect(simulator, venue, '/market/stream?streams=btcusdt@aggTrade/btcusdt@depth@100ms');
    open.send(subscribe(['btcusdt@depth@100ms', 'ethusdt@aggTrade', 'nopeusdt@depth', 'BTCUSDT@bookTicker'], 7));
    await open.settled();
    expect(open.texts).toEqual(['{"result":null,"id":7}']);
    await pass(simulator, 3000, [open, market]);
    expect(new Set(open.messages().map((message) => message.stream))).toEqual(
      new Set([undefined, 'btcusdt@depth@100ms']),
    );
    expect(new Set(market.messages().map((message) => message.stream))).toEqual(new Set(['btcusdt@aggTrade']));
    expect(eventsOf(open, 'btcusdt@depth@100ms')).toHaveLength(30);
    expect(simulator.truth.records({ topic: 'ethusdt@aggTrade' })).toEqual([]);
  });

  it('sends events bare under /ws, and books alone without a route', async () => {
    const simulator = await simulate();
    const bare = await connect(simulator, venue, '/public/ws/btcusdt@bookTicker/ethusdt@bookTicker');
    const old = await connect(simulator, venue, '/ws/btcusdt@depth@100ms/btcusdt@aggTrade');
    await pass(simulator, 2000, [bare, old]);
    expect(new Set(bare.messages().map((message) => `${message.e} ${message.s}`))).toEqual(
      new Set(['bookTicker BTCUSDT', 'bookTicker ETHUSDT']),
    );
    expect(new Set(old.messages().map((message) => message.e))).toEqual(new Set(['depthUpdate']));
    expect(await refusal(simulator, venue, '/private/ws')).toMatchObject({ status: 404 });
  });

  it('lists and ends subscriptions, and words errors', async () => {
    const simulator = await simulate();
    const client = await connect(simulator, venue, '/market/stream?streams=btcusdt@aggTrade');
    client.send({ method: 'LIST_SUBSCRIPTIONS', id: 3 });
    client.send({ method: 'UNSUBSCRIBE', params: ['btcusdt@aggTrade'], id: 4 });
    client.send({ method: 'LIST_SUBSCRIPTIONS', id: 5 });
    client.send('{"method":');
    client.send({ method: 'NOPE', id: 6 });
    client.send({ params: [], id: 7 });
    client.send({ method: 'SUBSCRIBE', params: [5], id: 8 });
    await client.settled();
    await pass(simulator, 2000, [client]);
    expect(client.messages()).toEqual([
      { result: ['btcusdt@aggTrade'], id: 3 },
      { result: null, id: 4 },
      { result: [], id: 5 },
      { error: { code: 3, msg: expect.stringContaining('Invalid JSON') } },
      { error: { code: 2, msg: expect.stringContaining('unknown variant `NOPE`') }, id: 6 },
      { error: { code: 2, msg: expect.stringContaining('missing field `method`') }, id: 7 },
      { error: { code: 2, msg: expect.stringContaining('must be a string') }, id: 8 },
    ]);
  });

  it('ends a connection that sends more than ten frames in a second, with 1008', async () => {
    const simulator = await simulate();
    const calm = await connect(simulator, venue, '/market/stream');
    const hasty = await connect(simulator, venue, '/market/stream');
    for (let id = 1; id <= 10; id += 1) calm.send({ method: 'LIST_SUBSCRIPTIONS', id });
    await until(() => calm.texts.length === 10);
    await simulator.advance(1000);
    await calm.settled();
    for (let id = 1; id <= 11; id += 1) hasty.send({ method: 'LIST_SUBSCRIPTIONS', id });
    expect(await hasty.closed).toBe(1008);
    expect(hasty.texts).toHaveLength(10);
    expect(calm.socket.readyState).toBe(calm.socket.OPEN);
  });

  it('takes 1024 streams a connection and no more', async () => {
    const simulator = await simulate();
    const client = await connect(simulator, venue, '/market/stream');
    const names = Array.from({ length: 1025 }, (_, index) => `sym${index}usdt@aggTrade`);
    client.send(subscribe(names.slice(0, 1024), 1));
    client.send(subscribe(names.slice(1024), 2));
    client.send(subscribe(names.slice(0, 5), 3));
    await client.settled();
    expect(client.messages()).toEqual([
      { result: null, id: 1 },
      { error: { code: 2, msg: expect.any(String) }, id: 2 },
      { result: null, id: 3 },
    ]);
  });

  it('refuses the 301st attempt to connect within five minutes with 429', async () => {
    const simulator = await simulate();
    for (let count = 0; count < 300; count += 1) (await connect(simulator, venue, '/market/stream')).socket.terminate();
    expect(await refusal(simulator, venue, '/market/stream')).toMatchObject({
      status: 429,
      body: expect.stringContaining('-1003'),
    });
    await simulator.advance(300_000);
    await connect(simulator, venue, '/market/stream');
    const statuses = simulator.requests(venue).map((request) => request.status);
    expect([statuses.length, statuses.filter((status) => status === 429).length]).toEqual([302, 1]);
  });

  it('pings every three minutes, and ends a connection after 24 hours', async () => {
    const simulator = await simulate();
    const client = await connect(simulator, venue, '/market/stream');
    let pings = 0;
    client.socket.on('ping', () => {
      pings += 1;
    });
    await pass(simulator, 1_800_000, [client]);
    expect(pings).toBe(10);
    await simulator.advance(86_400_000 - 1_800_000);
    await client.closed;
    expect(pings).toBe(479);
  });

  it('ends a connection whose pongs stay away for ten minutes', async () => {
    const simulator = await simulate();
    const client = await connect(simulator, venue, '/market/stream');
    client.socket.pause();
    await simulator.advance(180_000 + 599_000);
    const closedAt = () => simulator.connections(venue)[0]?.closedAt;
    expect(closedAt()).toBeNull();
    await simulator.advance(1000);
    expect(closedAt()).toBe(simulator.now());
  });
});

describe('simulated streams of Binance: one market with REST', () => {
  it('has diffs that join a snapshot taken at any moment, and lead to the very book', async () => {
    const simulator = await simulate();
    const client = await connect(simulator, venue, '/public/stream?streams=btcusdt@depth@100ms');
    for (const wait of [1000, 1030, 1150, 990]) {
      client.texts.length = 0;
      await pass(simulator, wait, [client]);
      const snapshot = await data<Message>(simulator, venue, '/fapi/v1/depth?symbol=BTCUSDT&limit=1000');
      await pass(simulator, 5000, [client]);
      const events = eventsOf(client, 'btcusdt@depth@100ms').filter((event) => event.u >= snapshot.lastUpdateId);
      const [first, ...later] = events;
      expect(first.U <= snapshot.lastUpdateId && first.u >= snapshot.lastUpdateId).toBe(true);
      expect(later.map((event) => event.pu)).toEqual(events.slice(0, -1).map((event) => event.u));
      expect(events.some((event, index) => index > 0 && event.U !== event.pu + 1)).toBe(true);
      const book = new KeptBook().set(snapshot.bids, snapshot.asks);
      for (const event of events) {
        book.apply(event.b, event.a);
        expect(book.levels()).toEqual(numbers(simulator.book(venue, 'BTCUSDT', { sequence: event.u })));
      }
    }
  });

  it('tells the same book slower and cut to its best levels, and best prices by the same numbers', async () => {
    const simulator = await simulate();
    const streams = ['depth', 'depth@500ms', 'depth5@100ms', 'depth20', 'bookTicker'];
    const client = await connect(
      simulator,
      venue,
      `/public/stream?streams=${streams.map((each) => `ethusdt@${each}`).join('/')}`,
    );
    await pass(simulator, 10_000, [client]);
    expect(eventsOf(client, 'ethusdt@depth')).toHaveLength(40);
    expect(eventsOf(client, 'ethusdt@depth@500ms')).toHaveLength(20);
    for (const event of eventsOf(client, 'ethusdt@depth5@100ms')) {
      const book = simulator.book(venue, 'ETHUSDT', { sequence: event.u });
      expect([event.b, event.a]).toEqual([book.bids.slice(0, 5), book.asks.slice(0, 5)]);
    }
    expect(eventsOf(client, 'ethusdt@depth20').every((event) => event.b.length === 20)).toBe(true);
    const tickers = eventsOf(client, 'ethusdt@bookTicker');
    expect(tickers.length).toBeGreaterThan(50);
    for (const event of tickers) {
      const { bids, asks } = simulator.book(venue, 'ETHUSDT', { sequence: event.u });
      expect([
        [event.b, event.B],
        [event.a, event.A],
      ]).toEqual([bids[0], asks[0]]);
    }
  });

  it('streams the trades that REST tells, by the same numbers', async () => {
    const simulator = await simulate();
    const aggregates = await connect(simulator, venue, '/market/ws/btcusdt@aggTrade');
    const single = await connect(simulator, venue, '/public/ws/btcusdt@trade');
    await pass(simulator, 60_000, [aggregates, single]);
    const streamed = aggregates.messages();
    expect(streamed.length).toBeGreaterThan(100);
    const path = `/fapi/v1/aggTrades?symbol=BTCUSDT&fromId=${streamed[0].a}&limit=1000`;
    const rest = await data<Message[]>(simulator, venue, path);
    expect(streamed.map(({ a, p, q, f, l, T, m }) => ({ a, p, q, f, l, T, m }))).toEqual(
      rest.slice(0, streamed.length),
    );
    expect(streamed.map(({ a }) => a)).toEqual(streamed.map((_, index) => streamed[0].a + index));
    const trades = single.messages();
    const recent = await data<Message[]>(simulator, venue, '/fapi/v1/trades?symbol=BTCUSDT&limit=1000');
    const shape = (rows: Message[], names: string[]) => rows.map((row) => names.map((name) => row[name]));
    const known = recent.filter((row) => row.id >= trades[0].t && row.id <= trades.at(-1).t);
    expect(shape(trades, ['t', 'p', 'q', 'T', 'm'])).toEqual(
      shape(known, ['id', 'price', 'qty', 'time', 'isBuyerMaker']),
    );
    for (const { f, l, q } of streamed) {
      const parts = trades.filter(({ t }) => t >= f && t <= l);
      expect(parts).toHaveLength(l - f + 1);
      expect(parts.reduce((sum, part) => sum + Number(part.q), 0)).toBeCloseTo(Number(q), 6);
    }
    expect(new Set(streamed.map(({ f, l }) => l - f + 1))).toEqual(new Set([1, 3]));
  });

  it('closes a candle once, as REST then has it', async () => {
    const simulator = await simulate();
    const client = await connect(simulator, venue, '/market/ws/btcusdt@kline_1m');
    await pass(simulator, 130_000, [client]);
    const closed = client.messages().filter((event) => event.k.x);
    expect(closed).toHaveLength(3);
    const from = closed[0].k.t;
    const rest = await data<Message[][]>(
      simulator,
      venue,
      `/fapi/v1/klines?symbol=BTCUSDT&interval=1m&startTime=${from}&limit=3`,
    );
    expect(closed.map(({ k }) => [k.t, k.o, k.h, k.l, k.c, k.v, k.T, k.q, k.n])).toEqual(
      rest.map((row) => row.slice(0, 9)),
    );
  });
});

describe('simulated streams of Binance: liquidations and all markets', () => {
  it('sends the latest liquidation of a symbol and second, and knows of those that it left out', async () => {
    const simulator = await simulate({ streams: { liquidationsPerMinute: 60 } });
    const client = await connect(simulator, venue, '/market/ws/btcusdt@forceOrder');
    await pass(simulator, 60_000, [client]);
    const orders = client.messages().map((message) => message.o);
    const seconds = orders.map((order) => Math.ceil(order.T / 1000));
    expect(new Set(seconds).size).toBe(orders.length);
    const records = simulator.truth.records({ topic: 'btcusdt@forceOrder' });
    const sent = records.filter((record) => record.sampledOut !== true);
    const leftOut = records.filter((record) => record.sampledOut === true);
    expect(sent.map((record) => record.fields)).toEqual(
      orders.map(({ S, q, p, ap, T }) => ({ S, q, p, ap, T: String(T), st: '1' })),
    );
    expect(leftOut.length).toBeGreaterThan(5);
    for (const record of leftOut) {
      const second = Math.ceil(Number(record.time) / 1e6);
      expect(
        sent.some(({ time }) => Math.ceil(Number(time) / 1e6) === second && Number(time) >= Number(record.time)),
      ).toBe(true);
    }
  });

  it('puts COIN-M entries into the streams of all markets, marked as such', async () => {
    const simulator = await simulate({ streams: { liquidationsPerMinute: 30 } });
    const client = await connect(simulator, venue, '/market/stream?streams=!markPrice@arr@1s/!forceOrder@arr');
    await pass(simulator, 10_000, [client]);
    const lists = eventsOf(client, '!markPrice@arr@1s');
    expect(lists).toHaveLength(10);
    const families = new Map<string, number>(lists[0].map((entry: Message) => [entry.s, entry.st]));
    expect([families.get('BTCUSDT'), families.get('BTCUSD_PERP'), families.get('ETHUSD_PERP')]).toEqual([1, 2, 2]);
    const forced = eventsOf(client, '!forceOrder@arr');
    expect(new Set(forced.map((event) => event.st))).toEqual(new Set([1, 2]));
    expect(new Set(forced.map((event) => event.o.s)).size).toBeGreaterThan(20);
  });

  it('gives marks the rate and times of REST, and dated futures none', async () => {
    const simulator = await simulate();
    const client = await connect(
      simulator,
      venue,
      '/market/stream?streams=btcusdt@markPrice@1s/btcusdt_261225@markPrice@1s',
    );
    await pass(simulator, 1000, [client]);
    const [mark] = eventsOf(client, 'btcusdt@markPrice@1s');
    const [rest] = [await data<Message>(simulator, venue, '/fapi/v1/premiumIndex?symbol=BTCUSDT')];
    expect(mark).toMatchObject({ T: rest.nextFundingTime, s: 'BTCUSDT', st: 1, ps: 'BTCUSDT' });
    expect(mark.E % 1000).toBe(0);
    expect(eventsOf(client, 'btcusdt_261225@markPrice@1s')[0]).toMatchObject({ r: '', T: 0 });
  });
});
