import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { day, hour, isoTime, now, type Row } from '@feedlake/schema';
import { describe, expect, test } from 'vitest';
import { type Workspace, workspace } from '../../support/cli.ts';
import { at, trade } from '../../support/lake.ts';

const start = at('2026-10-20T10:30:00Z');
const range = ['--from', '2026-10-20T10:30', '--to', '2026-10-20T22:30'];

/**
 * A row about trades of binance; times in hours after the start. What is covered is said when it begins, and gaps when
 * they end, so that these count where both speak.
 */
function said(from: number, to: number, values: Partial<Row<'coverage'>> = {}): Row<'coverage'> {
  const [from_time, to_time] = [start + from * hour, start + to * hour];
  const symbol = values.symbol === undefined ? 'BTC-USDT-PERP' : values.symbol;
  return {
    exchange: 'binance',
    symbol,
    venue_symbol: symbol?.replaceAll('-', '') ?? null,
    ts_event: from_time,
    ts_recv: values.state === 'gap' ? to_time : from_time,
    source: 'simulated',
    dataset: 'trades',
    from_time,
    to_time,
    state: 'covered',
    writer: 'main',
    detail: 'stream',
    ...values,
  };
}

function lost(from: number, to: number, values: Partial<Row<'coverage'>> = {}): Row<'coverage'> {
  return said(from, to, { state: 'gap', cause: 'disconnect', ...values });
}

async function lakeOf(rows: readonly Row<'coverage'>[]): Promise<Workspace> {
  const space = await workspace({ venues: [] });
  for (const [exchange, its] of Map.groupBy(rows, (row) => row.exchange)) {
    await space.lake.write('coverage', exchange, 'stream-main-1', its);
  }
  return space;
}

const names = ['ADA', 'BTC', 'DOGE', 'ETH', 'SOL', 'XRP'].map((base) => `${base}-USDT-PERP`);
const aSecond = 1 / 3600;
const snapshot = { dataset: 'open_interest', detail: 'snapshot' };

/** Six symbols that lost their connection once, one of them silent later; snapshots beside; and another exchange. */
const busy = [
  ...names.flatMap((symbol, index) => [
    said(0, 12, { symbol, rows: 1000 }),
    lost(3 - index * aSecond, 3 + 30 * aSecond, { symbol }),
  ]),
  lost(6, 8, { symbol: 'SOL-USDT-PERP', cause: 'silent', detail: 'stream solusdt@aggTrade' }),
  said(0, 12, { ...snapshot, symbol: null, rows: 864 }),
  lost(2, 2.25, { ...snapshot, symbol: 'XRP-USDT-PERP', cause: 'malformed' }),
  said(-20, 4, { exchange: 'bybit', rows: 50 }),
  lost(4, 11, { exchange: 'bybit', cause: 'blocked' }),
  said(11, 11.5, { exchange: 'bybit', rows: 7 }),
];

test('for people: a calendar and the gaps, those of one event in one line', async () => {
  const { feedlake } = await lakeOf(busy);
  const { code, stdout, stderr } = await feedlake(['coverage', ...range]);
  expect(stdout).toBe(
    `2026-10-20 10:30:00 to 2026-10-20 22:30:00 UTC, a cell is an hour
# covered   + with gaps   - nothing covered   = covered as far as known   . unknown

exchange  dataset        kind      symbol          covered  gaps  rows    12    18
binance   open_interest  snapshot  XRP-USDT-PERP   97.91 %     1     -  ##+##########
binance   open_interest  snapshot  all others     100.00 %     0   864  #############
binance   trades         stream    6 symbols       97.14 %     2  6000  ###+##+++####
bybit     trades         stream    BTC-USDT-PERP   39.13 %     1    57  ####+------+.

gap from (UTC)       to                   lasted  exchange  dataset        kind      cause       symbol
2026-10-20 12:30:00  2026-10-20 12:45:00  15 min  binance   open_interest  snapshot  malformed   XRP-USDT-PERP
2026-10-20 13:29:55  2026-10-20 13:30:30    35 s  binance   trades         stream    disconnect  6 symbols
2026-10-20 14:30:00  2026-10-20 21:30:00     7 h  bybit     trades         stream    blocked     BTC-USDT-PERP
2026-10-20 16:30:00  2026-10-20 18:30:00     2 h  binance   trades         stream    silent      SOL-USDT-PERP
`,
  );
  expect(stderr).toBe('91.34 % of what is owed is covered\n');
  expect(code).toBe(3);
});

test('a line for each symbol that is asked for, in any spelling, also where only rows about all speak of it', async () => {
  const { feedlake } = await lakeOf(busy);
  const { stdout } = await feedlake(['coverage', ...range, '--symbol', 'SOLUSDT-PERP,ADA/USDT:USDT']);
  expect(stdout.split('\n').slice(3, 8)).toEqual([
    'exchange  dataset        kind      symbol          covered  gaps  rows    12    18',
    'binance   open_interest  snapshot  ADA-USDT-PERP  100.00 %     0     -  #############',
    'binance   open_interest  snapshot  SOL-USDT-PERP  100.00 %     0     -  #############',
    'binance   trades         stream    ADA-USDT-PERP   99.93 %     1  1000  ###+#########',
    'binance   trades         stream    SOL-USDT-PERP   83.25 %     2  1000  ###+##+-+####',
  ]);
});

test('rows about all symbols do not speak of one that the lake does not know', async () => {
  const { feedlake, lake } = await lakeOf([said(0, 12, { symbol: null })]);
  const unknown = await feedlake(['coverage', ...range, '--symbol', 'NOPE-USDT-PERP']);
  expect(unknown).toMatchObject({ code: 1, stdout: '' });
  expect(unknown.stderr).toMatch(/^no coverage of NOPE-USDT-PERP from 2026/);
  await lake.write('trades', 'binance', 'stream-main-2', [trade('1', start)]);
  const near = await feedlake(['coverage', ...range, '--symbol', 'BTC/EUR:EUR']);
  expect(near).toMatchObject({ code: 1, stdout: '' });
  expect(near.stderr).toMatch(/; there is BTC-USDT-PERP\n$/);
  for (const name of ['BTC-USDT-PERP', 'BTCUSDT', 'btcusdt-perp', 'BTC-USDC-PERP']) {
    const { code, stdout, stderr } = await feedlake(['coverage', ...range, '--symbol', name]);
    expect(code, name).toBe(0);
    expect(stdout).toMatch(/^binance +trades +stream +BTC-USDT-PERP +100\.00 %/m);
    expect(stderr.includes('taking its dollar perpetual BTC-USDT-PERP'), stderr).toBe(name === 'BTC-USDC-PERP');
  }
});

test('what is said of the whole market is called that, and what is left of it beside named symbols', async () => {
  const market = { dataset: 'liquidations', symbol: null };
  const { feedlake } = await lakeOf([
    said(0, 12, market),
    lost(3, 4, market),
    said(0, 12, { ...market, exchange: 'bybit' }),
    lost(5, 6, { dataset: 'liquidations', exchange: 'bybit' }),
    lost(5, 6, { ...market, exchange: 'bybit' }),
    lost(8, 9, { ...market, exchange: 'bybit', cause: 'silent' }),
  ]);
  const { stdout } = await feedlake(['coverage', ...range]);
  const lines = stdout.split('\n').filter((line) => line.includes(' liquidations '));
  expect(lines.map((line) => line.replaceAll(/ {2,}/g, ' | '))).toEqual([
    'binance | liquidations | stream | all symbols | 91.66 % | 1 | - | ###++########',
    'bybit | liquidations | stream | BTC-USDT-PERP | 83.33 % | 2 | - | #####++#++###',
    'bybit | liquidations | stream | all others | 83.33 % | 2 | - | #####++#++###',
    '2026-10-20 13:30:00 | 2026-10-20 14:30:00 | 1 h | binance | liquidations | stream | disconnect | all symbols',
    '2026-10-20 15:30:00 | 2026-10-20 16:30:00 | 1 h | bybit | liquidations | stream | disconnect | all symbols',
    '2026-10-20 18:30:00 | 2026-10-20 19:30:00 | 1 h | bybit | liquidations | stream | silent | all symbols',
  ]);
});

test('beyond two days a cell is a day', async () => {
  const { feedlake } = await lakeOf([said(-240, 24), lost(-30, -25)]);
  const { stdout } = await feedlake(['coverage', '--from', '2026-10-11', '--to', '2026-10-21T12:00']);
  const [head, , , titles, line] = stdout.split('\n');
  expect(head).toBe('2026-10-11 00:00:00 to 2026-10-21 12:00:00 UTC, a cell is a day');
  expect(titles).toMatch(/ rows {2}10-11 {2}10-18$/);
  expect(line).toMatch(/ {2}########\+#=$/);
  const year = (await feedlake(['coverage', '--from', '2026-01-01', '--to', '2026-12-31'])).stdout.split('\n');
  expect(year[0]).toMatch(/a cell is 4 days$/);
  expect(year[3]).toMatch(/ rows {2}01-01 {2}01-27 /);
  expect(year[4]).toMatch(/ {2}\.{71}=#\+\.{18}$/);
});

test('for programs: exactly what is there, one row for each symbol, or for each gap', async () => {
  const micros = said(0, 1).from_time;
  const { feedlake } = await lakeOf([
    ...busy.filter(({ exchange }) => exchange === 'bybit'),
    said(2, 3, { detail: 'history period_seconds=300', dataset: 'open_interest', rows: 12 }),
    said(0, 12, { rows: 5 }),
    { ...lost(1, 2), to_time: micros + hour + 1 },
  ]);
  const json = await feedlake(['coverage', ...range, '--format', 'json', '--quiet']);
  expect(json).toMatchObject({ code: 3, stderr: '' });
  const common = {
    from_time: isoTime(start),
    to_time: isoTime(start + 12 * hour),
    period_seconds: null,
    kind: 'stream',
  };
  const first = { exchange: 'binance', symbol: 'BTC-USDT-PERP' };
  expect(JSON.parse(json.stdout)).toEqual([
    {
      ...common,
      ...first,
      ...{ dataset: 'open_interest', kind: 'history', period_seconds: 300 },
      ...{ completeness: 1, covered_seconds: 3600, gap_seconds: 0, unknown_seconds: 39_600, gaps: 0, rows: 12 },
    },
    {
      ...common,
      ...first,
      dataset: 'trades',
      completeness: 43_199_999_999 / 43_200_000_000,
      ...{ covered_seconds: 43199.999999, gap_seconds: 0.000001, unknown_seconds: 0, gaps: 1, rows: 5 },
    },
    {
      ...common,
      ...first,
      ...{ exchange: 'bybit', dataset: 'trades', completeness: 4.5 / 11.5 },
      ...{ covered_seconds: 16_200, gap_seconds: 25_200, unknown_seconds: 1800, gaps: 1, rows: 57 },
    },
  ]);
  const ndjson = await feedlake(['coverage', ...range, '--format', 'ndjson']);
  const lines = ndjson.stdout.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(JSON.parse(json.stdout));
  expect((await feedlake(['coverage', ...range, '--gaps', '--format', 'csv'])).stdout).toBe(
    'exchange,dataset,kind,period_seconds,symbol,from_time,to_time,seconds,cause,writer,detail\n' +
      'binance,trades,stream,,BTC-USDT-PERP,2026-10-20T11:30:00.000000Z,2026-10-20T11:30:00.000001Z,0.000001,disconnect,main,stream\n' +
      'bybit,trades,stream,,BTC-USDT-PERP,2026-10-20T14:30:00.000000Z,2026-10-20T21:30:00.000000Z,25200,blocked,main,stream\n',
  );
});

test('what has any gap is not called 100 %', async () => {
  const { feedlake } = await lakeOf([said(0, 12), lost(1, 1)]);
  const { code, stdout } = await feedlake(['coverage', ...range]);
  expect(code).toBe(3);
  expect(stdout).toMatch(/BTC-USDT-PERP +99\.99 % +1 /);
  expect(stdout).toMatch(/^2026-10-20 11:30:00 +2026-10-20 11:30:00 +1 µs /m);
});

describe('the exit code', () => {
  const codes = async (rows: readonly Row<'coverage'>[], ...lines: string[]) => {
    const { feedlake } = await lakeOf(rows);
    const ran = [];
    for (const line of lines) ran.push(await feedlake(['coverage', ...range, ...line.split(' ').filter(Boolean)]));
    return ran.map(({ code }) => code);
  };

  test('is 0 when everything owed is covered, be it by a repair or by another writer', async () => {
    expect(await codes([said(3, 12)], '')).toEqual([0]);
    const repair = said(4, 6, { repaired_by: 'history', detail: 'history', ts_recv: start + 20 * hour });
    expect(await codes([said(0, 12), lost(4, 6), repair], '')).toEqual([0]);
    expect(await codes([said(0, 12), lost(4, 6), said(4, 6, { writer: 'other' })], '')).toEqual([0]);
  });

  test('goes by what is asked for, and by --min', async () => {
    const lines = ['', '--kind snapshot', '--kind history', '--dataset open_interest', '--min 97', '--min 30'];
    expect(await codes(busy, ...lines)).toEqual([3, 3, 1, 3, 3, 0]);
    expect(await codes([said(0, 1000 / 3600), lost(0, 1 / 3600)], '--min 99.9', '--min 99.91')).toEqual([0, 3]);
  });

  test('is 3 when the lake has nothing about something that was named', async () => {
    const { feedlake } = await lakeOf([said(0, 12)]);
    const args = ['coverage', ...range, '--exchange', 'binance', 'okx', '--symbol', 'BTC-USDT-PERP', 'ETH'];
    const { code, stdout, stderr } = await feedlake(args);
    expect(code).toBe(3);
    expect(stdout).toMatch(/100\.00 %/);
    expect(stderr).toMatch(
      /^no coverage of okx\nno coverage of ETH: the lake does not know it; there is BTC-USDT-PERP\n/,
    );
  });

  test('is 3 when it knows a symbol that was named, and has nothing about it', async () => {
    const { feedlake, lake } = await lakeOf([said(0, 12)]);
    await lake.write('trades', 'binance', 'stream-main-2', [trade('1', start, { symbol: 'ETH-USDT-PERP' })]);
    const args = ['coverage', ...range, '--dataset', 'trades', '--symbol', 'BTC-USDT-PERP', 'ETH-USDT-PERP'];
    const { code, stderr } = await feedlake(args);
    expect(stderr).toMatch(/^no coverage of ETH-USDT-PERP\n/);
    expect(code).toBe(3);
  });

  test('is 1 when it has nothing at all', async () => {
    const { feedlake } = await lakeOf([said(-400, -390)]);
    for (const format of ['table', 'json', 'csv']) {
      const { code, stdout, stderr } = await feedlake(['coverage', ...range, '--format', format]);
      expect(code).toBe(1);
      expect(stdout).toBe({ table: '', json: '[]\n', csv: stdout }[format]);
      expect(stderr).toMatch(/^no coverage from 2026-10-20T10:30:00\.000000Z to .* in the lake /);
    }
    const { stderr } = await feedlake(['coverage', ...range, '--dataset', 'trades', '--kind', 'stream']);
    expect(stderr).toMatch(/^no coverage of trades stream from 2026/);
  });
});

test('--min says what is below it', async () => {
  const { feedlake } = await lakeOf(busy);
  const { stderr } = await feedlake(['coverage', ...range, '--min', '99', '--quiet']);
  expect(stderr.trim().split('\n')).toEqual([
    'below 99 %: binance open_interest snapshot XRP-USDT-PERP (97.91 %)',
    'below 99 %: binance trades stream SOL-USDT-PERP (83.25 %)',
    'below 99 %: bybit trades stream BTC-USDT-PERP (39.13 %)',
  ]);
});

test('many gaps: the newest below the calendar, all of them with --gaps', async () => {
  const { feedlake } = await lakeOf([said(0, 12), ...Array.from({ length: 30 }, (_, i) => lost(i / 3, i / 3 + 0.1))]);
  const below = (await feedlake(['coverage', ...range])).stdout.trim().split('\n');
  expect(below).toContain('10 older gaps not shown');
  expect(below.filter((line) => line.includes('disconnect'))).toHaveLength(20);
  expect(below.at(-1)).toMatch(/^2026-10-20 20:10:00 +2026-10-20 20:16:00 +6 min /);
  const all = (await feedlake(['coverage', ...range, '--gaps'])).stdout.trim().split('\n');
  expect(all.filter((line) => line.includes('disconnect'))).toHaveLength(30);
  expect(all[0]).toMatch(/^gap from/);
  const none = await feedlake(['coverage', '--from', '2026-10-20T21:00', '--to', '2026-10-20T22:00', '--gaps']);
  expect(none).toMatchObject({ code: 0, stdout: 'no gaps\n' });
});

test('by default the last 24 hours', async () => {
  const before = now() - day;
  const [from, to] = [before - 16 * hour, now() + hour];
  const row = { ...said(0, 1), ts_event: from, from_time: from, to_time: to, ts_recv: before + day };
  const { feedlake } = await lakeOf([row]);
  const [told] = JSON.parse((await feedlake(['coverage', '--format', 'json'])).stdout);
  expect(at(told.from_time)).toBeGreaterThanOrEqual(before);
  expect(at(told.from_time)).toBeLessThanOrEqual(now() - day);
  expect([told.covered_seconds, told.completeness]).toEqual([86_400, 1]);
});

test('mistakes on the command line', async () => {
  const { feedlake } = await workspace({ venues: [] });
  for (const [line, message] of [
    ['--from 2026-10-02 --to 2026-10-01', /--from 2026-10-02 is not before the end/],
    ['--from soon', /--from soon: not a time/],
    ['--dataset trade', /--dataset trade: no dataset; there are open_interest/],
    ['--dataset ,', /--dataset names none/],
    ['--symbol ,', /--symbol names none/],
    ['--kind live', /--kind live: choose one of snapshot, history, stream/],
    ['--min all', /--min all: a percentage from 0 to 100/],
    ['--min 101', /--min 101: a percentage/],
    ['--format xml', /--format xml: choose one of table, json, ndjson, csv/],
    ['--exchange binanse', /--exchange binanse: no such exchange; did you mean binance\?/],
  ] as const) {
    const { code, stdout, stderr } = await feedlake(['coverage', ...line.split(' ')]);
    expect({ line, code, stdout }).toEqual({ line, code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  }
});

describe('docs/coverage.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/coverage.md'), 'utf8');
  const blocks = (kind: string) =>
    [...page.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].flatMap(([, name, text = '']) => (name === kind ? [text] : []));

  test('its commands run', async () => {
    const { feedlake } = await lakeOf(busy);
    const commands = blocks('')[0]?.trim().split('\n') ?? [];
    expect(commands).toHaveLength(4);
    for (const command of commands) {
      const { code, stderr } = await feedlake(command.replace('npx feedlake ', '').split(' '));
      expect([0, 1, 3], `${command}\n${stderr}`).toContain(code);
    }
  });

  test('its queries find what they say', async () => {
    const { feedlake, lake } = await lakeOf([
      said(0, 12),
      lost(1, 2),
      lost(3, 4, { cause: 'silent' }),
      said(3, 4, { repaired_by: 'history', ts_recv: start + 20 * hour }),
      lost(5, 5, { cause: 'sequence', first_seq: 70, last_seq: 75 }),
    ]);
    const trades = [0.2, 0.3, 1.2, 6.1].map((after, index) =>
      trade(String(index), start + after * hour, { size: '2' }),
    );
    await lake.write('trades', 'binance', 'stream-main-2', trades);
    const results = [];
    for (const sql of blocks('sql')) {
      const { code, stdout, stderr } = await feedlake(['query', sql, '--format', 'json']);
      expect(stderr).toBe('');
      expect(code).toBe(0);
      results.push(JSON.parse(stdout));
    }
    const [unfilled, costs, volumes, numbers] = results;
    expect(unfilled.map(({ cause }: { cause: string }) => cause)).toEqual(['disconnect', 'sequence']);
    expect(costs.map(({ cause, gaps }: { cause: string; gaps: number }) => [cause, gaps])).toEqual(
      expect.arrayContaining([
        ['disconnect', 1],
        ['silent', 1],
        ['sequence', 1],
      ]),
    );
    expect(volumes).toEqual([
      { hour: '2026-10-20T10:00:00.000000Z', volume: '4' },
      { hour: '2026-10-20T16:00:00.000000Z', volume: '2' },
    ]);
    expect(numbers).toMatchObject([{ first_seq: 70, last_seq: 75 }]);
  });
});

test('help shows an example', async () => {
  const { feedlake } = await workspace({ venues: [] });
  const { code, stdout } = await feedlake(['coverage', '--help']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/\nExample:\n {2}feedlake coverage /);
});
