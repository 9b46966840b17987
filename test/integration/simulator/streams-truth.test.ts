import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator, type TruthRecord } from '@feedlake/simulator';
import { describe, expect, it } from 'vitest';
import { simulate, start } from './client.ts';
import { connect, lost, type Message, pass, until } from './streams-client.ts';

const topic = 'btcusdt@aggTrade';
const path = `/market/ws/${topic}`;

describe('the truth of streams', () => {
  it('holds all that a topic owes from its first subscription on, whether or not anybody is there', async () => {
    const simulator = await simulate();
    await simulator.advance(10_000);
    expect(simulator.truth.records()).toEqual([]);
    const first = await connect(simulator, 'binance', path);
    await pass(simulator, 20_000, [first]);
    first.socket.terminate();
    await first.closed;
    const open = () => simulator.connections('binance').filter(({ closedAt }) => closedAt === null).length;
    await until(() => open() === 0);
    await simulator.advance(20_000);
    const second = await connect(simulator, 'binance', path);
    const third = await connect(simulator, 'binance', path);
    await pass(simulator, 20_000, [second, third]);

    const records = simulator.truth.records({ topic });
    const ids = records.map(({ fields }) => Number(fields.a));
    expect(ids).toEqual(ids.map((_, index) => (ids[0] ?? 0) + index));
    expect(records.map(({ message }) => message)).toEqual(records.map((_, index) => index + 1));
    const times = records.map(({ time }) => Number(time) - start);
    expect([times.some((time) => time > 10e6), times.every((time) => time > 10e6 - 3000 && time < 70e6)]).toEqual([
      true,
      true,
    ]);
    const gotBy = (name: string) => records.filter(({ sentTo }) => sentTo?.includes(name));
    for (const client of [first, second, third]) {
      expect(gotBy(client.name).map(({ fields }) => fields)).toEqual(
        client.messages().map(({ a, p, q, f, l, m, T, st }: Message) => ({
          a: String(a),
          p,
          q,
          f: String(f),
          l: String(l),
          m: String(m),
          T: String(T),
          st: String(st),
        })),
      );
    }
    const missing = lost(records);
    expect(missing.length).toBeGreaterThan(30);
    expect(missing.every(({ at }) => at > start + 30e6 && at <= start + 50e6)).toBe(true);
    expect(records.length).toBe(missing.length + first.texts.length + second.texts.length);
  });

  it('is appended to a file whole, when it is settled who got what', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'truth-'));
    try {
      const file = join(folder, 'truth.ndjson');
      const simulator = await simulate({ truthLog: file });
      const client = await connect(simulator, 'binance', `/market/stream?streams=${topic}/btcusdt@markPrice@1s`);
      await simulator.faults.add({ kind: 'reorder', match: topic });
      await simulator.faults.add({ kind: 'slow', match: topic, bytesPerSecond: 300, times: 1, after: 4 });
      await pass(simulator, 30_000, [client]);
      await simulator.faults.clear();
      await pass(simulator, 1000, [client]);
      const expected = simulator.truth.records();
      await simulator.close();
      const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
      expect(lines.map((line) => JSON.parse(line) as TruthRecord)).toEqual(expected);
      expect(lost(expected).length).toBeLessThanOrEqual(1);
      expect(expected.length).toBeGreaterThan(60);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('can be left out', async () => {
    const simulator = await simulate({ streamTruth: false });
    const client = await connect(simulator, 'binance', path);
    await pass(simulator, 10_000, [client]);
    expect(client.texts.length).toBeGreaterThan(10);
    expect(simulator.truth.records()).toEqual([]);
  });

  it('is given over HTTP by topic', async () => {
    const simulator = await simulate();
    const client = await connect(simulator, 'binance', `/market/stream?streams=${topic}/ethusdt@aggTrade`);
    await pass(simulator, 5000, [client]);
    const reply = await fetch(`${simulator.urls.binance}/_simulator/truth?topic=${topic}`);
    const expected = simulator.truth.records({ topic });
    expect((await reply.json()) as unknown).toEqual(JSON.parse(JSON.stringify(expected)));
    expect(expected.length).toBeLessThan(simulator.truth.records().length);
  });
});

describe('the clock of streams', () => {
  it('stands still until it is driven; then everything happens in order', async () => {
    const simulator = await simulate();
    const client = await connect(
      simulator,
      'binance',
      `/market/stream?streams=${topic}/btcusdt@ticker/btcusdt@kline_1m`,
    );
    await client.settled();
    expect([client.texts, simulator.now()]).toEqual([[], start]);
    await pass(simulator, 30_000, [client]);
    expect(simulator.now()).toBe(start + 30e6);
    const times = client.messages().map(({ data }) => data.E);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBeLessThanOrEqual(start / 1000 + 30_000);
    const steps = await simulate();
    const other = await connect(steps, 'binance', `/market/stream?streams=${topic}/btcusdt@ticker/btcusdt@kline_1m`);
    await pass(steps, 30_000, [other], 60);
    expect(other.texts).toEqual(client.texts);
  });

  it('goes on where a client does not read, which gets everything once it does', async () => {
    const simulator = await simulate({ streams: { booksPerSecond: 100, bookLevels: 1000 } });
    const client = await connect(
      simulator,
      'binance',
      '/public/stream?streams=btcusdt@depth20@100ms/btcusdt@depth@100ms',
    );
    client.socket.pause();
    await simulator.advance(20_000);
    const owed = simulator.truth.records({ dataset: 'book_deltas' });
    expect(owed).toHaveLength(4000);
    client.socket.resume();
    await until(() => client.texts.length === owed.length);
    expect(lost(owed)).toEqual([]);
  });

  it('follows a clock that the test moves itself', async () => {
    let now = start;
    const simulator = await simulate({ now: () => now });
    const client = await connect(simulator, 'binance', path);
    now += 10e6;
    await pass(simulator, 0, [client]);
    const soFar = client.texts.length;
    expect(soFar).toBeGreaterThan(10);
    await pass(simulator, 10_000, [client]);
    now += 10e6;
    await pass(simulator, 0, [client]);
    expect(simulator.now()).toBe(start + 30e6);
    const times = client.messages().map(({ T }) => T);
    expect(times.at(-1)).toBeGreaterThan(start / 1000 + 28_000);
    expect(client.messages().map(({ a }) => a)).toEqual(times.map((_, index) => client.messages()[0].a + index));
  });

  it('runs by itself where it is the real one', async () => {
    const simulator = await startSimulator({ symbols: 20, venues: ['binance'], streams: { tradesPerSecond: 200 } });
    try {
      await expect(simulator.advance(1000)).rejects.toThrow(/real clock/);
      const client = await connect(simulator, 'binance', path);
      await until(() => client.texts.length > 20);
      for (const { E, T } of client.messages()) expect(E - T).toBeGreaterThanOrEqual(0);
    } finally {
      await simulator.close();
    }
  });

  it('refuses rates that it can not have', async () => {
    await expect(startSimulator({ streams: { booksPerSecond: 0 } })).rejects.toThrow(/booksPerSecond/);
    await expect(startSimulator({ streams: { bookLevels: 5000 } })).rejects.toThrow(/40 to 1000/);
  });
});
