import type { FaultRule, Simulator } from '@feedlake/simulator';
import { describe, expect, it } from 'vitest';
import { ask, simulate } from './client.ts';
import { connect, lost, type Message, pass, refusal, type StreamClient, until } from './streams-client.ts';

const venue = 'backpack';
const topic = 'trade.BTC_USDC_PERP';

/** A client of Backpack's trades, whose numbers show what is missing, and that has had some before the fault. */
async function under(rule: FaultRule, streams: readonly string[] = [topic]) {
  const simulator = await simulate({ streams: { tradesPerSecond: 10 } });
  const client = await connect(simulator, venue, '/');
  client.send({ method: 'SUBSCRIBE', params: streams });
  await client.settled();
  await pass(simulator, 1000, [client]);
  await simulator.faults.add({ venue, ...rule });
  return { simulator, client };
}

const numbersOf = (client: StreamClient): number[] =>
  client.messages().flatMap((message: Message) => (message.stream === topic ? [message.data.t] : []));

/** What the topic owed, by number, and what of it nobody got. */
function truthOf(simulator: Simulator) {
  const records = simulator.truth.records({ venue, topic, kind: 'stream' });
  const number = (record: { fields: Readonly<Record<string, string | null>> }) => Number(record.fields.t);
  return { owed: records.map(number), lost: lost(records).map(number) };
}

describe('faults of messages', () => {
  it('drop: so many are missing after so many, and the truth knows them', async () => {
    const { simulator, client } = await under({ kind: 'drop', match: 'trade.', after: 3, times: 2 });
    await pass(simulator, 2000, [client]);
    const got = numbersOf(client);
    const truth = truthOf(simulator);
    expect(truth.lost).toHaveLength(2);
    expect(truth.owed).toEqual([...got, ...truth.lost].sort((a, b) => a - b));
    expect(truth.owed).toEqual(truth.owed.map((_, index) => (truth.owed[0] ?? 0) + index));
    expect(simulator.faults.list()).toMatchObject([{ rule: { kind: 'drop' }, hits: 2 }]);
  });

  it('hits only topics that match', async () => {
    const { simulator, client } = await under({ kind: 'drop', match: /^trade\.ETH/ }, [topic, 'trade.ETH_USDC_PERP']);
    client.texts.length = 0;
    await pass(simulator, 2000, [client]);
    expect(new Set(client.messages().map(({ stream }) => stream))).toEqual(new Set([topic]));
    await simulator.faults.clear();
    await pass(simulator, 2000, [client]);
    expect(new Set(client.messages().map(({ stream }) => stream))).toEqual(new Set([topic, 'trade.ETH_USDC_PERP']));
  });

  it('sequence-jump: so many of one topic in a row are missing', async () => {
    const depth = 'depth.BTC_USDC_PERP';
    const { simulator, client } = await under({ kind: 'sequence-jump', match: 'depth', count: 4, times: 1 }, [depth]);
    await pass(simulator, 2000, [client]);
    const events = client.messages().map((message) => message.data);
    const jumps = events.filter((event, index) => index > 0 && event.U !== events[index - 1].u + 1);
    expect(jumps).toHaveLength(1);
    const missing = lost(simulator.truth.records({ topic: depth }));
    expect(missing).toHaveLength(4);
    const before = events[events.indexOf(jumps[0]) - 1];
    expect([Number(missing[0]?.fields.U) - 1, Number(missing[3]?.fields.u) + 1]).toEqual([before.u, jumps[0].U]);
  });

  it('duplicate: twice the same, one after the other', async () => {
    const { simulator, client } = await under({ kind: 'duplicate', times: 3 });
    await pass(simulator, 2000, [client]);
    const got = numbersOf(client);
    const again = got.filter((number, index) => number === got[index - 1]);
    expect(again).toHaveLength(3);
    expect([...new Set(got)]).toEqual(truthOf(simulator).owed);
    expect(truthOf(simulator).lost).toEqual([]);
  });

  it('reorder: one comes after the next of its topic', async () => {
    const { simulator, client } = await under({ kind: 'reorder', after: 1, times: 1 });
    await pass(simulator, 2000, [client]);
    const got = numbersOf(client);
    const { owed, lost: missing } = truthOf(simulator);
    expect(got).not.toEqual(owed);
    expect(got.toSorted((a, b) => a - b)).toEqual(owed);
    expect(got.filter((number, index) => number < (got[index - 1] ?? 0))).toHaveLength(1);
    expect(missing).toEqual([]);
  });

  it('malformed: half a message in its place, or garbage beside it', async () => {
    const spoiled = await under({ kind: 'malformed', times: 2 });
    await pass(spoiled.simulator, 2000, [spoiled.client]);
    const broken = spoiled.client.texts.filter((text) => !text.endsWith('}'));
    expect(broken).toHaveLength(2);
    for (const text of broken) expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(truthOf(spoiled.simulator).lost).toHaveLength(2);

    const beside = await under({ kind: 'malformed', times: 2, beside: true });
    await pass(beside.simulator, 2000, [beside.client]);
    const garbage = beside.client.texts.filter((text) => !text.endsWith('}'));
    expect(garbage).toHaveLength(2);
    expect(truthOf(beside.simulator).lost).toEqual([]);
    expect(beside.client.texts.length - 2).toBe(truthOf(beside.simulator).owed.length);
  });
});

describe('faults of connections', () => {
  it.each([1006, 1008, 1012])('close with %i: the message is not sent, and comes to nobody', async (code) => {
    const { simulator, client } = await under({ kind: 'close', code, after: 2 });
    await simulator.advance(2000);
    expect(await client.closed).toBe(code);
    const { owed, lost: missing } = truthOf(simulator);
    expect([...numbersOf(client), ...missing]).toEqual(owed);
    expect(missing.length).toBeGreaterThan(10);
    const again = await connect(simulator, venue, '/');
    again.send({ method: 'SUBSCRIBE', params: [topic] });
    await again.settled();
    await pass(simulator, 2000, [again]);
    expect(numbersOf(again).length).toBeGreaterThan(10);
    expect(simulator.connections(venue).map(({ closedAt }) => closedAt === null)).toEqual([false, true]);
  });

  it('close-all: all connections at once, or those with a topic', async () => {
    const simulator = await simulate();
    const clients: StreamClient[] = [];
    for (const name of ['BTC', 'BTC', 'ETH', 'ETH']) {
      const client = await connect(simulator, venue, '/');
      client.send({ method: 'SUBSCRIBE', params: [`trade.${name}_USDC_PERP`] });
      await client.settled();
      clients.push(client);
    }
    const other = await connect(simulator, 'bybit', '/v5/public/linear');
    await simulator.faults.add({ kind: 'close-all', venue, match: 'BTC', code: 1012 });
    expect(await Promise.all(clients.slice(0, 2).map((client) => client.closed))).toEqual([1012, 1012]);
    await simulator.faults.add({ kind: 'close-all', venue });
    expect(await Promise.all(clients.slice(2).map((client) => client.closed))).toEqual([1006, 1006]);
    expect(simulator.faults.list().map(({ hits }) => hits)).toEqual([2, 2]);
    await other.settled();
  });

  it('half-open: nothing is sent or read any more, and the connection stays', async () => {
    const { simulator, client } = await under({ kind: 'half-open', after: 2 });
    await simulator.advance(2000);
    const sent = truthOf(simulator).owed.length - truthOf(simulator).lost.length;
    await until(() => numbersOf(client).length === sent);
    let pongs = 0;
    client.socket.on('pong', () => {
      pongs += 1;
    });
    client.socket.ping();
    const fresh = await connect(simulator, venue, '/');
    fresh.send({ method: 'SUBSCRIBE', params: [topic] });
    await fresh.settled();
    await pass(simulator, 300_000, [fresh]);
    expect([pongs, client.socket.readyState]).toEqual([0, client.socket.OPEN]);
    expect(numbersOf(fresh).length).toBeGreaterThan(1000);
    const names = simulator.truth.records({ topic }).map(({ sentTo }) => sentTo);
    expect(names.at(-1)).toEqual([fresh.name]);
  });

  it('slow: so many bytes a second, in order; the rest waits, and comes when the rule is gone', async () => {
    const { simulator, client } = await under({ kind: 'slow', bytesPerSecond: 1000 });
    const before = client.texts.join('').length;
    await pass(simulator, 10_000, [client]);
    const came = client.texts.join('').length - before;
    expect(came).toBeGreaterThan(9000);
    expect(came).toBeLessThan(11_000);
    const waiting = truthOf(simulator);
    expect(waiting.lost.length).toBeGreaterThan(50);
    await simulator.faults.clear();
    await pass(simulator, 1000, [client]);
    expect(numbersOf(client)).toEqual(truthOf(simulator).owed);
    expect(truthOf(simulator).lost).toEqual([]);
  });

  it('slow: what still waits when the connection ends was sent to nobody', async () => {
    const { simulator, client } = await under({ kind: 'slow', bytesPerSecond: 500 });
    await pass(simulator, 5000, [client]);
    await simulator.faults.add({ kind: 'close-all', venue });
    await client.closed;
    const truth = truthOf(simulator);
    expect([...numbersOf(client), ...truth.lost]).toEqual(truth.owed);
    expect(truth.lost.length).toBeGreaterThan(20);
  });
});

describe('faults of subscriptions and handshakes', () => {
  it('ack-then-silence: for so many subscriptions, for so long, or while the rule stands', async () => {
    const simulator = await simulate();
    const path = '/v5/public/linear';
    const trades = { op: 'subscribe', args: ['publicTrade.BTCUSDT', 'publicTrade.ETHUSDT'] };
    await simulator.faults.add({ kind: 'ack-then-silence', match: 'publicTrade.BTC', times: 2, delayMs: 60_000 });
    const clients: StreamClient[] = [];
    for (let count = 0; count < 3; count += 1) {
      const client = await connect(simulator, 'bybit', path);
      client.send(trades);
      await client.settled();
      clients.push(client);
    }
    const heard = () =>
      clients.map((client) => [
        client.messages()[0].success,
        ...['BTC', 'ETH'].map((coin) =>
          client.messages().some((message) => message.topic === `publicTrade.${coin}USDT`),
        ),
      ]);
    await pass(simulator, 59_000, clients);
    expect(heard()).toEqual([
      [true, false, true],
      [true, false, true],
      [true, true, true],
    ]);
    const names = simulator.truth.records({ topic: 'publicTrade.BTCUSDT' }).map(({ sentTo }) => sentTo);
    expect(new Set(names.flat())).toEqual(new Set([clients[2]?.name]));
    await pass(simulator, 10_000, clients);
    expect(heard().every(([, btc]) => btc)).toBe(true);

    await simulator.faults.add({ kind: 'ack-then-silence', match: 'tickers' });
    const [client] = clients;
    client?.send({ op: 'subscribe', args: ['tickers.BTCUSDT'] });
    await client?.settled();
    await pass(simulator, 100_000, clients);
    const tickers = () => client?.messages().filter((message) => message.topic === 'tickers.BTCUSDT').length;
    expect(tickers()).toBe(0);
    await simulator.faults.clear();
    await pass(simulator, 1000, clients);
    expect(tickers()).toBeGreaterThan(5);
  });

  it.each([
    ['binance', '/market/stream', { kind: '429' }, 429, 'application/json', '-1003'],
    ['binance', '/market/stream', { kind: '451' }, 451, 'application/json', 'restricted location'],
    ['bybit', '/v5/public/linear', { kind: '403-html' }, 403, 'text/html', '<!DOCTYPE html>'],
    ['hyperliquid', '/ws', { kind: '5xx', status: 502 }, 502, 'text/html', '502'],
  ] as const)('refuses handshakes on %s%s by %o', async (id, path, rule, status, type, words) => {
    const simulator = await simulate();
    await simulator.faults.add({ ...rule, venue: id, match: 'websocket', times: 1 });
    expect((await ask(simulator, id, '/')).status).not.toBe(status);
    expect(await refusal(simulator, id, path)).toMatchObject({
      status,
      type: expect.stringContaining(type),
      body: expect.stringContaining(words),
    });
    await connect(simulator, id, path);
    expect(
      simulator
        .requests(id)
        .map((request) => request.status)
        .slice(1),
    ).toEqual([status, 101]);
  });

  it('resets handshakes, and refuses connections while telling those that there are to end', async () => {
    const simulator = await simulate();
    await simulator.faults.add({ kind: 'reset', match: 'websocket', times: 1 });
    await expect(connect(simulator, venue, '/')).rejects.toThrow(/ECONNRESET|socket hang up/);
    const client = await connect(simulator, venue, '/');
    await simulator.faults.add({ kind: 'refuse', venue });
    expect(await client.closed).toBe(1006);
    await expect(connect(simulator, venue, '/')).rejects.toThrow(/ECONNREFUSED/);
    await simulator.faults.clear();
    await connect(simulator, venue, '/');
  });

  it('takes rules over HTTP, and lists them with how often they have hit', async () => {
    const { simulator, client } = await under({ kind: 'duplicate', match: 'nothing' });
    const url = `${simulator.urls.backpack}/_simulator/faults`;
    const add = (rule: unknown) => fetch(url, { method: 'POST', body: JSON.stringify(rule) });
    expect((await add({ kind: 'drop', regex: '^trade', times: 3 })).status).toBe(201);
    expect((await add({ kind: 'close', code: -1 })).status).toBe(400);
    await pass(simulator, 2000, [client]);
    const listed = (await (await fetch(url)).json()) as unknown;
    expect(listed).toEqual([
      { rule: { kind: 'duplicate', venue, match: 'nothing' }, hits: 0 },
      { rule: { kind: 'drop', venue, regex: '^trade', times: 3 }, hits: 3 },
    ]);
    expect((await add({ kind: 'close-all' })).status).toBe(201);
    expect(await client.closed).toBe(1006);
  });
});
