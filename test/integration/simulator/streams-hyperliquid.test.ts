import { describe, expect, it } from 'vitest';
import { data, simulate, start } from './client.ts';
import { connect, type Message, numbers, pass, refusal, type StreamClient, until } from './streams-client.ts';

const venue = 'hyperliquid';
const vaults = ['0x2e3d94f0562703b25c83308a05046ddaf9a8dd14', '0xb0a55f13d22f66e6d495ac98113841b2326e9540'];
const subscribe = (subscription: object) => ({ method: 'subscribe', subscription });
const ofChannel = (client: StreamClient, channel: string): Message[] =>
  client.messages().flatMap((message) => (message.channel === channel ? [message.data] : []));

describe('simulated streams of Hyperliquid: the protocol', () => {
  it('repeats a subscription with its defaults, and answers pings', async () => {
    const simulator = await simulate();
    const client = await connect(simulator, venue, '/ws');
    client.send(subscribe({ type: 'l2Book', coin: 'BTC' }));
    client.send({ method: 'ping' });
    client.send({ method: 'unsubscribe', subscription: { type: 'l2Book', coin: 'BTC' } });
    client.send(subscribe({ type: 'bbo', coin: ['BTC', 'ETH'] }));
    client.send('nonsense');
    await client.settled();
    const subscription = { type: 'l2Book', coin: 'BTC', nSigFigs: null, mantissa: null, fast: false };
    expect(client.messages().filter((message) => message.channel !== 'l2Book')).toEqual([
      { channel: 'subscriptionResponse', data: { method: 'subscribe', subscription } },
      { channel: 'pong' },
      { channel: 'subscriptionResponse', data: { method: 'unsubscribe', subscription } },
      { channel: 'error', data: expect.stringContaining('"coin":["BTC","ETH"]') },
      { channel: 'error', data: 'Error parsing JSON into valid websocket request: nonsense' },
    ]);
    client.texts.length = 0;
    await pass(simulator, 10_000, [client]);
    expect(client.texts).toEqual([]);
  });

  it('tells of a second subscription to the same, and loses the socket over an unknown coin', async () => {
    const simulator = await simulate();
    const client = await connect(simulator, venue, '/ws');
    client.send(subscribe({ type: 'trades', coin: 'xyz:NVDA' }));
    client.send(subscribe({ type: 'trades', coin: 'xyz:NVDA' }));
    await client.settled();
    expect(ofChannel(client, 'error')).toEqual(['Already subscribed: {"type":"trades","coin":"xyz:NVDA"}']);
    const before = client.texts.length;
    client.send(subscribe({ type: 'trades', coin: 'btc' }));
    expect(await client.closed).toBe(1006);
    expect(client.texts).toHaveLength(before);
    for (const coin of ['NVDA', 'nope:X']) {
      const other = await connect(simulator, venue, '/ws');
      other.send(subscribe({ type: 'bbo', coin }));
      expect(await other.closed).toBe(1006);
    }
  });

  it('ends a connection whose client says nothing for 60 seconds, data or not', async () => {
    const simulator = await simulate();
    const [talks, listens] = [await connect(simulator, venue, '/ws'), await connect(simulator, venue, '/ws')];
    for (const client of [talks, listens]) client.send(subscribe({ type: 'activeAssetCtx', coin: 'BTC' }));
    await Promise.all([talks.settled(), listens.settled()]);
    await pass(simulator, 40_000, [talks, listens]);
    talks.send({ method: 'ping' });
    await talks.settled();
    await pass(simulator, 20_000, [talks]);
    await listens.closed;
    await pass(simulator, 39_000, [talks]);
    expect(ofChannel(talks, 'activeAssetCtx').length).toBe(100);
    await simulator.advance(1000);
    await talks.closed;
  });

  it('takes 10 connections at once, 30 a minute, and 1000 subscriptions in all', async () => {
    const simulator = await simulate();
    const clients: StreamClient[] = [];
    for (let count = 0; count < 10; count += 1) clients.push(await connect(simulator, venue, '/ws'));
    expect((await refusal(simulator, venue, '/ws')).status).toBe(429);
    for (const client of clients) {
      client.socket.terminate();
      await client.closed;
    }
    const open = () => simulator.connections(venue).filter(({ closedAt }) => closedAt === null).length;
    await until(() => open() === 0);
    for (let count = 0; count < 19; count += 1) {
      const client = await connect(simulator, venue, '/ws');
      client.socket.terminate();
      await client.closed;
      await until(() => open() === 0);
    }
    expect((await refusal(simulator, venue, '/ws')).status).toBe(429);
    await simulator.advance(60_000);
    const client = await connect(simulator, venue, '/ws');
    const intervals = ['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '8h', '12h', '1d'];
    const meta = await data<Message>(simulator, venue, '/info', { type: 'meta' });
    const coins: string[] = meta.universe.flatMap((row: Message) => (row.isDelisted ? [] : [row.name]));
    const wanted = coins.flatMap((coin) => [
      ...intervals.map((interval) => ({ type: 'candle', coin, interval })),
      { type: 'trades', coin },
      { type: 'bbo', coin },
      { type: 'activeAssetCtx', coin },
      { type: 'l2Book', coin },
      { type: 'l2Book', coin, fast: true },
    ]);
    const users = Array.from({ length: 11 }, (_, index) => ({
      type: 'userFills',
      user: `0x${String(index).padStart(40, '0')}`,
    }));
    for (const subscription of [...users, ...wanted]) client.send(subscribe(subscription));
    await until(() => {
      const answers = ofChannel(client, 'subscriptionResponse').length + ofChannel(client, 'error').length;
      return answers === wanted.length + users.length;
    });
    expect(ofChannel(client, 'error')).toEqual(['Cannot track more than 10 total users.']);
  });
});

describe('simulated streams of Hyperliquid: one market with REST', () => {
  it('begins trades with those of the last 20 seconds, and repeats none of them', async () => {
    const simulator = await simulate();
    const first = await connect(simulator, venue, '/ws');
    first.send(subscribe({ type: 'trades', coin: 'BTC' }));
    await first.settled();
    await pass(simulator, 30_000, [first]);
    const late = await connect(simulator, venue, '/ws');
    late.send(subscribe({ type: 'trades', coin: 'BTC' }));
    await late.settled();
    await pass(simulator, 10_000, [first, late]);
    const [backlog, ...news] = ofChannel(late, 'trades');
    const now = start / 1000 + 30_000;
    expect(backlog.length).toBeGreaterThan(20);
    expect(backlog.every(({ time }: Message) => time > now - 20_000 && time <= now)).toBe(true);
    const all = [...backlog, ...news.flat()];
    expect(new Set(all.map(({ tid }) => tid)).size).toBe(all.length);
    const known = ofChannel(first, 'trades').slice(1).flat();
    expect(known.slice(-all.length)).toEqual(all);
    const rest = await data<Message[]>(simulator, venue, '/info', { type: 'recentTrades', coin: 'BTC' });
    expect(rest.toReversed().filter(({ tid }) => known.some((trade) => trade.tid === tid))).toEqual(
      known.slice(-rest.length),
    );
    const kinds = simulator.truth.records({ venue, dataset: 'trades' }).map((record) => record.kind);
    expect(kinds.filter((kind) => kind === 'stream')).toHaveLength(known.length);
    expect(kinds).toContain('replay');
  });

  it('sends whole books of 20 levels every 5 seconds, or of 5 every half second', async () => {
    const simulator = await simulate();
    const slow = await connect(simulator, venue, '/ws');
    const fast = await connect(simulator, venue, '/ws');
    slow.send(subscribe({ type: 'l2Book', coin: 'ETH' }));
    fast.send(subscribe({ type: 'l2Book', coin: 'ETH', fast: true }));
    await Promise.all([slow.settled(), fast.settled()]);
    await pass(simulator, 20_000, [slow, fast]);
    for (const [client, levels, count] of [
      [slow, 20, 5],
      [fast, 5, 41],
    ] as const) {
      const frames = ofChannel(client, 'l2Book');
      expect(frames).toHaveLength(count);
      for (const { time, levels: sides } of frames) {
        const [bids, asks] = sides.map((side: Message[]) => side.map(({ px, sz }) => [px, sz]));
        expect(numbers({ bids, asks })).toEqual(numbers(simulator.book(venue, 'ETH', { time: time * 1000 }), levels));
        expect([...bids, ...asks].flat().every((text: string) => /^\d+\.\d+$/.test(text))).toBe(true);
      }
    }
    const rest = await data<Message>(simulator, venue, '/info', { type: 'l2Book', coin: 'ETH' });
    const [bids, asks] = rest.levels.map((side: Message[]) => side.map(({ px, sz }) => [px, sz]));
    expect(numbers({ bids, asks })).toEqual(numbers(simulator.book(venue, 'ETH', { time: rest.time * 1000 }), 20));
  });

  it('tells best prices when they change, the context every second, candles as REST has them', async () => {
    const simulator = await simulate();
    const client = await connect(simulator, venue, '/ws');
    for (const subscription of [
      { type: 'bbo', coin: 'BTC' },
      { type: 'activeAssetCtx', coin: 'BTC' },
      { type: 'candle', coin: 'BTC', interval: '1m' },
    ]) {
      client.send(subscribe(subscription));
    }
    await client.settled();
    await pass(simulator, 10_002, [client]);
    const bests = ofChannel(client, 'bbo').map(({ bbo }) => JSON.stringify(bbo));
    expect(bests.length).toBeGreaterThan(20);
    expect(bests.every((best, index) => index === 0 || best !== bests[index - 1])).toBe(true);
    expect(ofChannel(client, 'activeAssetCtx')).toHaveLength(12);
    const [, contexts] = await data<Message>(simulator, venue, '/info', { type: 'metaAndAssetCtxs' });
    expect(ofChannel(client, 'activeAssetCtx').at(-1).ctx).toEqual(contexts[0]);
    const done = ofChannel(client, 'candle')
      .filter(({ t }) => t === start / 1000 - 56_000)
      .at(-1);
    const req = { coin: 'BTC', interval: '1m', startTime: done.t, endTime: done.t };
    expect(await data(simulator, venue, '/info', { type: 'candleSnapshot', req })).toEqual([done]);
  });

  it('shows liquidations as fills of the vaults, after a snapshot of past ones', async () => {
    const simulator = await simulate({ streams: { liquidationsPerMinute: 6 } });
    const client = await connect(simulator, venue, '/ws');
    for (const user of vaults) client.send(subscribe({ type: 'userFills', user }));
    client.send(subscribe({ type: 'userFills', user: `0x${'ab'.repeat(20)}` }));
    await client.settled();
    await pass(simulator, 50_000, [client]);
    const frames = ofChannel(client, 'userFills');
    const snapshots = frames.filter((frame) => frame.isSnapshot === true);
    expect(snapshots.map(({ user, fills }) => [user, fills.length > 0])).toEqual([
      [vaults[0], true],
      [vaults[1], true],
      [`0x${'ab'.repeat(20)}`, false],
    ]);
    const live = frames.filter((frame) => frame.isSnapshot === undefined);
    const fills = live.flatMap((frame) => frame.fills);
    expect(new Set(live.map(({ user }) => user))).toEqual(new Set(vaults));
    expect(new Set(fills.map(({ coin }) => coin)).size).toBeGreaterThan(20);
    const forced = fills.filter((fill) => fill.liquidation !== undefined);
    expect(forced.length).toBeGreaterThan(100);
    expect(forced.length).toBeLessThan(fills.length);
    const truth = simulator.truth.records({ venue, dataset: 'liquidations', kind: 'stream' });
    expect(truth.map(({ fields }) => fields.tid)).toEqual(forced.map(({ tid }) => String(tid)));
    const past = new Set(snapshots.flatMap((frame) => frame.fills.map(({ tid }: Message) => tid)));
    expect(fills.some(({ tid }) => past.has(tid))).toBe(false);
  });
});
