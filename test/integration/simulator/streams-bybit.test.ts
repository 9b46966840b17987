import { describe, expect, it } from 'vitest';
import { data, simulate } from './client.ts';
import { connect, KeptBook, type Message, numbers, pass, refusal, type StreamClient, until } from './streams-client.ts';

const venue = 'bybit';
const path = '/v5/public/linear';
const subscribe = (...args: string[]) => ({ req_id: 'r', op: 'subscribe', args });
const ofTopic = (client: StreamClient, topic: string): Message[] =>
  client.messages().filter((message) => message.topic === topic);

describe('simulated streams of Bybit: the protocol', () => {
  it('acknowledges by the request, answers pings, and serves the linear family alone', async () => {
    const simulator = await simulate();
    const client = await connect(simulator, venue, path);
    client.send(subscribe('tickers.BTCUSDT'));
    client.send({ op: 'ping' });
    client.send({ op: 'unsubscribe', args: ['tickers.BTCUSDT'], req_id: 'u' });
    await client.settled();
    const id = client.messages()[0].conn_id;
    expect(client.messages().filter((message) => message.op !== undefined)).toEqual([
      { success: true, ret_msg: '', conn_id: id, req_id: 'r', op: 'subscribe' },
      { success: true, ret_msg: 'pong', conn_id: id, req_id: '', op: 'ping' },
      { success: true, ret_msg: '', conn_id: id, req_id: 'u', op: 'unsubscribe' },
    ]);
    client.texts.length = 0;
    await pass(simulator, 1000, [client]);
    expect(client.texts).toEqual([]);
    expect(await refusal(simulator, venue, '/v5/public/spot')).toMatchObject({ status: 404 });
  });

  it('fails a whole request for one bad topic, and for one that is subscribed already', async () => {
    const simulator = await simulate();
    const client = await connect(simulator, venue, path);
    client.send(subscribe('publicTrade.BTCUSDT', 'publicTrade.NOPEUSDT'));
    client.send(subscribe('orderbook.500.BTCUSDT'));
    client.send(subscribe('publicTrade.BTC-25DEC26', 'kline.7.BTCUSDT'));
    client.send(subscribe('publicTrade.ETHUSDT'));
    client.send(subscribe('publicTrade.ETHUSDT'));
    await client.settled();
    expect(client.messages().map(({ success, ret_msg }) => [success, ret_msg])).toEqual([
      [false, expect.stringContaining('publicTrade.NOPEUSDT')],
      [false, expect.stringContaining('orderbook.500.BTCUSDT')],
      [false, expect.stringContaining('kline.7.BTCUSDT')],
      [true, ''],
      [false, expect.stringContaining('already subscribed')],
    ]);
    await pass(simulator, 5000, [client]);
    expect(ofTopic(client, 'publicTrade.BTCUSDT')).toEqual([]);
    expect(ofTopic(client, 'publicTrade.ETHUSDT').length).toBeGreaterThan(0);
  });

  it('takes topics of 21,000 characters a connection and no more', async () => {
    const simulator = await simulate({ symbols: 1000 });
    const client = await connect(simulator, venue, path);
    const list = await data<Message>(simulator, venue, '/v5/market/instruments-info?category=linear&limit=1000');
    const names: string[] = list.result.list.map((row: Message) => row.symbol);
    const topics = names.flatMap((name) => [`orderbook.200.${name}`, `allLiquidation.${name}`]);
    const taken: string[] = [];
    for (const topic of topics) {
      if ([...taken, topic].join('').length > 21_000) break;
      taken.push(topic);
    }
    const next = topics[taken.length] ?? '';
    client.send(subscribe(...taken));
    client.send(subscribe(next));
    const acks = () => client.messages().filter((message) => message.op === 'subscribe');
    await until(() => acks().length === 2);
    expect(acks().map((message) => message.success)).toEqual([true, false]);
  });

  it('ends a connection that was silent for ten minutes', async () => {
    const simulator = await simulate();
    const client = await connect(simulator, venue, path);
    await pass(simulator, 599_000, []);
    client.send({ op: 'ping' });
    await client.settled();
    await pass(simulator, 599_000, [client]);
    await simulator.advance(1000);
    await client.closed;
  });

  it('refuses the 501st attempt to connect within five minutes', async () => {
    const simulator = await simulate();
    for (let count = 0; count < 500; count += 1) (await connect(simulator, venue, path)).socket.terminate();
    expect((await refusal(simulator, venue, path)).status).toBe(429);
  });
});

describe('simulated streams of Bybit: one market with REST', () => {
  it.each([50, 200])('gives a snapshot of %i levels, then deltas numbered one by one that keep them', async (depth) => {
    const simulator = await simulate();
    const topic = `orderbook.${depth}.BTCUSDT`;
    const first = await connect(simulator, venue, path);
    first.send(subscribe(topic));
    await first.settled();
    await pass(simulator, 5000, [first]);
    const late = await connect(simulator, venue, path);
    late.send(subscribe(topic));
    await late.settled();
    await pass(simulator, 5000, [first, late]);
    for (const client of [first, late]) {
      const messages = ofTopic(client, topic);
      expect(messages.map(({ type }) => type)).toEqual(['snapshot', ...Array(messages.length - 1).fill('delta')]);
      expect(messages.map(({ data: { u } }) => u)).toEqual(messages.map((_, index) => messages[0].data.u + index));
      const seqs = messages.map(({ data: { seq } }) => seq);
      expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
      const book = new KeptBook();
      for (const { type, data: change, cts, ts } of messages) {
        if (type === 'snapshot') book.set(change.b, change.a);
        else book.apply(change.b, change.a);
        const truth = simulator.book(venue, 'BTCUSDT', { sequence: change.u });
        expect(book.levels()).toEqual(numbers(truth, depth));
        expect(cts * 1000).toBe(truth.time);
        expect(ts).toBeGreaterThanOrEqual(cts);
      }
    }
    const rest = await data<Message>(
      simulator,
      venue,
      `/v5/market/orderbook?category=linear&symbol=BTCUSDT&limit=${depth}`,
    );
    const kept = new KeptBook().set(rest.result.b, rest.result.a).levels();
    expect(kept).toEqual(numbers(simulator.book(venue, 'BTCUSDT', { sequence: rest.result.u }), depth));
  });

  it('tells the best level whole each time', async () => {
    const simulator = await simulate();
    const client = await connect(simulator, venue, path);
    client.send(subscribe('orderbook.1.BTCUSDT'));
    await client.settled();
    await pass(simulator, 20_000, [client]);
    const messages = ofTopic(client, 'orderbook.1.BTCUSDT');
    expect(messages.length).toBeGreaterThan(100);
    expect(messages.every(({ type }) => type === 'snapshot')).toBe(true);
    for (const { data: best } of messages.slice(1)) {
      const { bids, asks } = simulator.book(venue, 'BTCUSDT', { sequence: best.u });
      expect([best.b, best.a]).toEqual([[bids[0]], [asks[0]]]);
    }
  });

  it('tells of tickers what changed; put together they are what REST says', async () => {
    const simulator = await simulate();
    const client = await connect(simulator, venue, path);
    client.send(subscribe('tickers.ETHUSDT'));
    await client.settled();
    await pass(simulator, 10_002, [client]);
    const [snapshot, ...deltas] = ofTopic(client, 'tickers.ETHUSDT');
    expect(snapshot.type).toBe('snapshot');
    expect(snapshot.data).toMatchObject({
      symbol: 'ETHUSDT',
      fundingIntervalHour: '8',
      singleOpenInterest: expect.any(String),
    });
    expect(deltas.length).toBeGreaterThan(20);
    const state = { ...snapshot.data };
    for (const { type, data: change } of deltas) {
      expect(type).toBe('delta');
      const changed = Object.keys(change).filter((name) => name !== 'symbol');
      expect(changed.length).toBeGreaterThan(0);
      expect(changed.every((name) => state[name] !== change[name])).toBe(true);
      Object.assign(state, change);
    }
    expect(deltas.some(({ data: change }) => change.fundingIntervalHour === undefined)).toBe(true);
    const rest = await data<Message>(simulator, venue, '/v5/market/tickers?category=linear&symbol=ETHUSDT');
    expect(rest.result.list[0]).toMatchObject(state);
  });

  it('puts the trades of one order into one message; they are those of REST', async () => {
    const simulator = await simulate();
    const client = await connect(simulator, venue, path);
    client.send(subscribe('publicTrade.BTCUSDT'));
    await client.settled();
    await pass(simulator, 60_000, [client]);
    const messages = ofTopic(client, 'publicTrade.BTCUSDT');
    expect(new Set(messages.map((message) => message.data.length))).toEqual(new Set([1, 3]));
    const streamed = messages.flatMap((message) => message.data);
    const rest = await data<Message>(
      simulator,
      venue,
      '/v5/market/recent-trade?category=linear&symbol=BTCUSDT&limit=1000',
    );
    const known = rest.result.list.toReversed().filter((row: Message) => Number(row.time) >= streamed[0].T);
    expect(
      known
        .slice(0, streamed.length)
        .map((row: Message) => [row.execId, row.price, row.size, row.side, row.time, row.seq]),
    ).toEqual(streamed.map((row) => [row.i, row.p, row.v, row.S, String(row.T), String(row.seq)]));
  });

  it('batches all liquidations, by the side of the position', async () => {
    const simulator = await simulate({ streams: { liquidationsPerMinute: 60 } });
    const client = await connect(simulator, venue, path);
    client.send(subscribe('allLiquidation.BTCUSDT', 'tickers.BTCUSDT'));
    await client.settled();
    await pass(simulator, 60_000, [client]);
    const messages = ofTopic(client, 'allLiquidation.BTCUSDT');
    const rows = messages.flatMap((message) => message.data);
    expect(rows.length).toBeGreaterThan(50);
    expect(messages.some((message) => message.data.length > 1)).toBe(true);
    const truth = simulator.truth.records({ venue, dataset: 'liquidations' });
    expect(
      truth.map(({ fields, row, message }) => [fields.S, fields.p, fields.v, Number(fields.T), row, message]),
    ).toEqual(
      messages.flatMap((message, index) =>
        message.data.map((row: Message, place: number) => [row.S, row.p, row.v, row.T, place, index + 1]),
      ),
    );
    // A long position is worth nothing below the mark, a short one above it.
    const mark = Number(ofTopic(client, 'tickers.BTCUSDT')[0].data.markPrice);
    for (const { S, p } of rows)
      expect(Number(p) < mark * (S === 'Buy' ? 1 : 1.01) && Number(p) > mark * (S === 'Buy' ? 0.99 : 1)).toBe(true);
  });

  it('confirms a candle once, as REST then has it', async () => {
    const simulator = await simulate();
    const client = await connect(simulator, venue, path);
    client.send(subscribe('kline.1.BTCUSDT'));
    await client.settled();
    await pass(simulator, 65_000, [client]);
    const closed = ofTopic(client, 'kline.1.BTCUSDT').flatMap(({ data: [row] }) => (row.confirm ? [row] : []));
    expect(closed).toHaveLength(2);
    const [{ start }] = closed;
    const rest = await data<Message>(
      simulator,
      venue,
      `/v5/market/kline?category=linear&symbol=BTCUSDT&interval=1&start=${start}&end=${start}`,
    );
    const [{ open, high, low, close, volume, turnover }] = closed;
    expect(rest.result.list).toEqual([[String(start), open, high, low, close, volume, turnover]]);
  });
});
