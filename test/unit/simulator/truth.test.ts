import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { TruthLog } from '../../../packages/simulator/src/truth.ts';
import type { TruthTopic } from '../../../packages/simulator/src/truth-segment.ts';
import type { Fact } from '../../../packages/simulator/src/venue.ts';

function fact(symbol: string, time: number): Fact {
  return { dataset: 'trades', kind: 'current', symbol, time, fields: { t: String(time) }, row: 0 };
}

let read = 0;
const topic: TruthTopic = {
  venue: 'binance',
  name: 'btcusdt@trade',
  facts(text) {
    read += 1;
    return text.split(',').map((each, row) => ({ ...fact('BTCUSDT', Number(each)), row }));
  },
};
const other: TruthTopic = { ...topic, venue: 'bybit', name: 'publicTrade.BTCUSDT' };

const note = (log: TruthLog, number: number, text: string, of = topic, sentTo: readonly string[] = ['a']) =>
  log.addMessage({ topic: of, kind: 'stream', at: number, number, text, sentTo });

function collector() {
  const chunks: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return {
    sink,
    lines: () =>
      chunks
        .join('')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
  };
}

describe('the truth log', () => {
  it('keeps facts of replies and messages of streams in the order they came', () => {
    const log = new TruthLog();
    note(log, 1, '1,2');
    log.add('binance', 5, [fact('ETHUSDT', 3)]);
    note(log, 2, '4', other, []);
    const records = log.records();
    expect(records.map(({ time }) => time)).toEqual([1, 2, 3, 4]);
    expect(records[1]).toEqual({
      venue: 'binance',
      dataset: 'trades',
      kind: 'stream',
      symbol: 'BTCUSDT',
      time: 2,
      fields: { t: '2' },
      row: 1,
      topic: 'btcusdt@trade',
      message: 1,
      sentTo: ['a'],
      at: 1,
    });
    expect(log.records({ kind: 'stream' }).map(({ time }) => time)).toEqual([1, 2, 4]);
    expect(log.records({ venue: 'bybit' })).toMatchObject([{ topic: other.name, sentTo: [] }]);
  });

  it('reads only messages that may hold what is wanted', () => {
    const log = new TruthLog();
    for (let number = 1; number <= 100; number += 1) note(log, number, '1', number % 10 === 0 ? other : topic);
    read = 0;
    expect(log.records({ topic: other.name })).toHaveLength(10);
    expect(read).toBe(10);
  });

  it('remembers so many, fewer where they are long', () => {
    const log = new TruthLog(undefined, 100_000);
    for (let number = 1; number <= 150_000; number += 1) note(log, number, '1'.repeat(100));
    expect(log.dropped).toBeGreaterThanOrEqual(50_000);
    expect(log.dropped).toBeLessThan(60_000);
    log.clear();
    const long = '1'.repeat(5000);
    const kept = () => log.records({ topic: topic.name }).length;
    for (let number = 1; number <= 50_000; number += 1) note(log, number, long);
    expect(kept()).toBeGreaterThan(8000);
    expect(kept()).toBeLessThan(11_000);
    note(log, 50_001, '7', other);
    expect(log.records({ topic: other.name })).toMatchObject([{ time: 7, message: 50_001 }]);
    log.clear();
    expect(log.records()).toEqual([]);
  });

  it('holds a message of any length', () => {
    const log = new TruthLog();
    const long = Array.from({ length: 200_000 }, (_, index) => index).join(',');
    note(log, 1, '1');
    note(log, 2, long);
    note(log, 3, '3');
    expect(log.records()).toHaveLength(200_002);
    expect(log.records().at(-1)).toMatchObject({ message: 3, time: 3 });
  });

  it('writes out what is settled, once and in order', async () => {
    const { sink, lines } = collector();
    const log = new TruthLog(sink);
    note(log, 1, '1');
    const held = note(log, 2, '2', topic, []);
    held.setOpen(true);
    note(log, 3, '3');
    log.flush();
    log.flush();
    expect(lines().map(({ message }) => message)).toEqual([1]);
    held.gotBy('b');
    held.gotBy('b');
    held.setOpen(false);
    log.add('bybit', 9, [fact('X', 9)]);
    note(log, 4, '4');
    expect(lines().map(({ time }) => time)).toEqual([1, 2, 3, 9]);
    await log.close();
    expect(lines()).toEqual(JSON.parse(JSON.stringify(log.records())));
    expect(lines()[1]).toMatchObject({ sentTo: ['b'] });
  });
});
