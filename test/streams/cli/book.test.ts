import type { Lake } from '@feedlake/lake';
import { hour, isoTime, minute, plainDecimal, type Row, second } from '@feedlake/schema';
import type { VenueId } from '@feedlake/simulator';
import { describe, expect, test } from 'vitest';
import { feedlake, type Workspace, workspace } from '../../support/cli.ts';
import { collect } from '../../support/lake.ts';
import { eventually, streamingWorkspace } from '../../support/streaming.ts';

const start = Date.UTC(2026, 9, 15, 6) * 1000;
const instrument = { exchange: 'binance', symbol: 'BTC-USDT-PERP', venue_symbol: 'BTCUSDT', source: 'live' };

type Level = readonly [side: 'bid' | 'ask', price: string, size: string];

/** The rows of one message of Binance's. */
function message(time: number, seq: number, previous: number | null, levels: readonly Level[]): Row<'book_deltas'>[] {
  return levels.map(([side, price, size], index) => ({
    ...instrument,
    ts_event: time,
    ts_recv: time + 1000,
    side,
    price,
    size,
    first_seq: previous === null ? null : seq - 1,
    last_seq: seq,
    prev_seq: previous,
    is_snapshot: previous === null,
    is_last: index === levels.length - 1,
  }));
}

function coverage(from: number, to: number, state: string, cause: string | null): Row<'coverage'> {
  const times = { ts_event: from, ts_recv: to, from_time: from, to_time: to };
  return { ...instrument, ...times, dataset: 'book_deltas', state, cause, writer: 'test', detail: 'stream' };
}

/**
 * A book of three hours: whole at its start, and every half minute one more bid of size n at price 100 + n, the one before
 * it taken away. From `lost` on two messages are missing; ten minutes later it is whole again.
 */
async function written(lake: Lake, lost = Number.POSITIVE_INFINITY): Promise<void> {
  const rows = [
    message(start, 10, null, [
      ['bid', '100', '1.50'],
      ['ask', '900', '2'],
    ]),
  ];
  let previous = 10;
  for (let index = 1; index < 360; index += 1) {
    const time = start + index * 30 * second;
    const seq = 10 + 10 * index;
    const isMissing = time >= lost && time < lost + minute;
    const levels: Level[] = [['bid', String(100 + index), String(index)]];
    if (index > 1) levels.push(['bid', String(99 + index), '0']);
    if (!isMissing) rows.push(message(time, seq, previous, levels));
    if (time === lost + 10 * minute)
      rows.push(
        message(time, seq, null, [
          ['bid', '100', '1.50'],
          ['bid', String(100 + index), String(index)],
          ['ask', '900', '2'],
        ]),
      );
    previous = seq;
  }
  // As a writer leaves them: an object each half hour.
  for (const [part, some] of [...Map.groupBy(rows, ([row]) => Math.floor((row?.ts_event ?? 0) / (30 * minute)))]) {
    await lake.write('book_deltas', 'binance', `stream-test-${part}`, some.flat());
  }
  // Two writers that recorded the same: what one has is not there twice.
  await lake.write('book_deltas', 'binance', 'stream-other-1', rows.slice(100, 140).flat());
}

async function book(space: Workspace, ...args: string[]) {
  return space.feedlake(['book', 'BTC-USDT-PERP', '--exchange', 'binance', ...args]);
}

describe('a recorded book', () => {
  test('at any time, brought forward over hours from the last whole one', async () => {
    const space = await workspace({ venues: ['binance'] });
    await written(space.lake);
    for (const index of [0, 1, 2, 41, 119, 120, 121, 358]) {
      const at = start + index * 30 * second + 10 * second;
      const { code, stdout } = await book(space, '--at', isoTime(at), '--format', 'json');
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toEqual({
        exchange: 'binance',
        symbol: 'BTC-USDT-PERP',
        at: isoTime(at),
        changed_at: isoTime(at - 10 * second),
        snapshot_at: isoTime(start),
        sequence: 10 + 10 * index,
        proven: true,
        bids:
          index === 0
            ? [['100', '1.5']]
            : [
                [String(100 + index), String(index)],
                ['100', '1.5'],
              ],
        asks: [['900', '2']],
      });
    }
  });

  test('the newest where no time is named, as a table and as CSV', async () => {
    const space = await workspace({ venues: ['binance'] });
    await written(space.lake);
    const { code, stdout } = await book(space);
    expect(code).toBe(0);
    expect(stdout).toBe(
      'binance BTC-USDT-PERP at 2026-10-15 08:59:30 UTC, last change 2026-10-15 08:59:30, sequence 3600, 2 bids, 1 asks\n' +
        'bid size  bid  ask  ask size\n     359  459  900         2\n     1.5  100\n',
    );
    const csv = await book(space, '--format', 'csv', '--levels', '1');
    expect(csv.stdout).toBe('side,level,price,size\nbid,1,459,359\nask,1,900,2\n');
  });

  test('is not known where something is missing, until it is whole again', async () => {
    const space = await workspace({ venues: ['binance'] });
    const lost = start + hour;
    await written(space.lake, lost);
    await space.lake.write('coverage', 'binance', 'stream-test-1', [
      coverage(start, lost - 30 * second, 'covered', null),
      coverage(lost - 30 * second, lost + 10 * minute, 'gap', 'sequence'),
      coverage(lost + 10 * minute, start + 3 * hour, 'covered', null),
    ]);
    for (const at of [lost, lost + 5 * minute]) {
      const { code, stdout, stderr } = await book(space, '--at', isoTime(at));
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toBe(
        `the book of BTC-USDT-PERP at binance is not known at ${isoTime(at)}: something is missing after ` +
          '2026-10-15T06:59:30.000000Z (sequence); it is known again at 2026-10-15T07:10:00.000000Z\n',
      );
    }
    const before = await book(space, '--at', isoTime(lost - 30 * second));
    expect(before.code).toBe(0);
    const after = await book(space, '--at', isoTime(lost + 11 * minute), '--format', 'json');
    expect(JSON.parse(after.stdout)).toMatchObject({ snapshot_at: '2026-10-15T07:10:00.000000Z', proven: true });
  });

  test('is not known before the first whole one, nor long after the last row', async () => {
    const space = await workspace({ venues: ['binance'] });
    await written(space.lake);
    const early = await book(space, '--at', isoTime(start - second));
    expect(early).toMatchObject({ code: 1 });
    expect(early.stderr).toMatch(/the lake has no whole book before; it is known again at 2026-10-15T06:00:00/);
    const late = await book(space, '--at', isoTime(start + 4 * hour));
    expect(late).toMatchObject({ code: 1 });
    expect(late.stderr).toMatch(/something is missing after 2026-10-15T08:59:30.000000Z\n$/);
  });

  test('of a symbol that the lake does not have: what there is instead', async () => {
    const space = await workspace({ venues: ['binance'] });
    await written(space.lake);
    const other = await space.feedlake(['book', 'ETH-USDT-PERP', '--exchange', 'binance']);
    expect(other.code).toBe(1);
    expect(other.stderr).toMatch(
      /^no book_deltas of ETH-USDT-PERP at binance in the lake .*; there is BTC-USDT-PERP\n$/,
    );
    const dollar = await space.feedlake(['book', 'BTC-USDC-PERP', '--exchange', 'binance']);
    expect(dollar).toMatchObject({
      code: 0,
      stderr: 'binance has no BTC-USDC-PERP: taking its dollar perpetual BTC-USDT-PERP\n',
    });
    expect((await space.feedlake(['book', 'BTCUSDT', '--exchange', 'binance'])).code).toBe(0);
    const empty = await workspace({ venues: ['binance'] });
    expect((await book(empty)).stderr).toMatch(/^no book_deltas of BTC-USDT-PERP at binance in the lake \S+\n$/);
  });

  test('words that are none', async () => {
    const space = await workspace({ venues: ['binance'] });
    expect(await book(space, '--at', 'yesterday')).toMatchObject({ code: 2 });
    expect(await book(space, '--levels', 'few')).toMatchObject({ code: 2 });
    expect(await book(space, '--format', 'ndjson')).toMatchObject({ code: 2 });
    expect(await feedlake(['book', 'BTC-USDT-PERP'])).toMatchObject({ code: 2 });
  });
});

const venues = [
  ['binance', 'BTC-USDT-PERP', 'BTCUSDT'],
  ['bybit', 'BTC-USDT-PERP', 'BTCUSDT'],
  ['hyperliquid', 'BTC-USDC-PERP', 'BTC'],
  ['backpack', 'BTC-USDC-PERP', 'BTC_USDC_PERP'],
] as const satisfies readonly (readonly [VenueId, string, string])[];

test.each(venues)('%s: the book that was streamed is the one that the exchange had', async (exchange, symbol, name) => {
  const options = exchange === 'hyperliquid' ? { options: { fast_books: true } } : {};
  const space = await streamingWorkspace({ [exchange]: options });
  const child = space.spawn(['stream', 'book_deltas', symbol, '--store', '--format', 'json']);
  const messages = () =>
    new Set(
      child
        .out()
        .split('\n')
        .map((line) => line.slice(0, 140)),
    ).size;
  await eventually(
    () => messages() > 12,
    () => child.said(),
  );
  child.kill('SIGINT');
  expect((await child.ended).code).toBe(0);
  const rows = await collect(space.lake.scan('book_deltas', { exchange }));
  const whole = rows.filter((row) => row.is_snapshot).map((row) => Number(row.ts_event));
  const times = [...new Set(rows.map((row) => Number(row.ts_event)))]
    .filter((time) => time >= Math.min(...whole))
    .sort();
  // Books that were asked for may not be joined to anything yet right after the first of them.
  const later = times.slice(Math.ceil(times.length / 2));
  for (const time of [later.at(0), later.at(Math.floor(later.length / 2)), later.at(-1)]) {
    const args = [
      'book',
      symbol,
      '--exchange',
      exchange,
      '--at',
      isoTime(time ?? 0),
      '--format',
      'json',
      '--levels',
      'all',
    ];
    const { code, stdout, stderr } = await space.feedlake(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const found = JSON.parse(stdout);
    const moment = found.sequence === null ? { time: time ?? 0 } : { sequence: found.sequence };
    const truth = space.simulator.book(exchange, name, moment);
    const plain = (levels: typeof truth.bids) =>
      levels.map(([price, size]) => [plainDecimal(price), plainDecimal(size)]);
    const deep = exchange === 'hyperliquid' ? found.bids.length : undefined;
    expect(found.bids).toEqual(plain(truth.bids).slice(0, deep));
    expect(found.asks).toEqual(plain(truth.asks).slice(0, deep));
  }
});
