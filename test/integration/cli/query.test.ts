import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { snapshotName } from '@feedlake/lake';
import { expect, test } from 'vitest';
import { type Workspace, workspace } from '../../support/cli.ts';
import { at, openInterest } from '../../support/lake.ts';

const time = at('2026-03-27T08:00:00.123456Z');

async function filled(): Promise<Workspace> {
  const space = await workspace({ venues: [] });
  const rows = [
    openInterest(time, { open_interest: '1234.50', open_interest_value: null }),
    openInterest(time, { symbol: 'ETH-USDT-PERP', open_interest: '0.000001' }),
    openInterest(time, { symbol: 'A,"B-USDT-PERP', open_interest: '7' }),
  ];
  await space.lake.write('open_interest', 'binance', snapshotName(time), rows);
  return space;
}

const sql =
  'select symbol, ts_event, open_interest, open_interest_value, count(*) over () as many from open_interest order by open_interest';

test('table, json, ndjson and csv', async () => {
  const { feedlake } = await filled();
  const rows = [
    ['ETH-USDT-PERP', '0.000001'],
    ['A,"B-USDT-PERP', '7'],
    ['BTC-USDT-PERP', '1234.5'],
  ].map(([symbol, open_interest]) => ({
    symbol,
    ts_event: '2026-03-27T08:00:00.123456Z',
    open_interest,
    open_interest_value: null,
    many: 3,
  }));
  const json = await feedlake(['query', sql, '--format', 'json']);
  expect(json).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(json.stdout)).toEqual(rows);
  const ndjson = await feedlake(['query', sql, '--format', 'ndjson']);
  expect(
    ndjson.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(rows);
  expect((await feedlake(['query', sql, '--format', 'csv'])).stdout).toBe(
    'symbol,ts_event,open_interest,open_interest_value,many\n' +
      'ETH-USDT-PERP,2026-03-27T08:00:00.123456Z,0.000001,,3\n' +
      '"A,""B-USDT-PERP",2026-03-27T08:00:00.123456Z,7,,3\n' +
      'BTC-USDT-PERP,2026-03-27T08:00:00.123456Z,1234.5,,3\n',
  );
  const table = (await feedlake(['query', sql])).stdout.split('\n');
  expect(table[0]).toMatch(/^symbol +ts_event +open_interest +open_interest_value +many$/);
  expect(table).toHaveLength(5);
});

test('parquet and other formats into a file', async () => {
  const { feedlake, folder } = await filled();
  const path = join(folder, 'out.parquet');
  const { code, stdout, stderr } = await feedlake(['query', sql, '--format', 'parquet', '--output', path]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(stderr).toMatch(/^3 rows in .*out.parquet$/m);
  const back = await feedlake(['query', `select symbol, open_interest from '${path}'`, '--format', 'ndjson']);
  expect(back.stdout.split('\n')[0]).toBe('{"symbol":"ETH-USDT-PERP","open_interest":"0.000001"}');
  const csv = join(folder, 'out.csv');
  expect((await feedlake(['query', sql, '--format', 'csv', '--output', csv])).code).toBe(0);
  expect(readFileSync(csv, 'utf8').split('\n')).toHaveLength(5);
});

test('an empty lake has empty tables, and it is said that it is empty', async () => {
  const { feedlake, lake } = await workspace({ venues: [] });
  const empty = expect.stringMatching(/^there is nothing in the lake .*lake\n$/);
  expect(await feedlake(['query', 'select * from funding_rates'])).toEqual({
    code: 0,
    stdout: 'no rows\n',
    stderr: empty,
  });
  expect((await feedlake(['query', 'select * from trades', '--format', 'json'])).stdout).toBe('[]\n');
  const count = ['query', 'select count(*) as n from trades', '--format', 'csv'];
  expect(await feedlake([...count, '--quiet'])).toEqual({ code: 0, stdout: 'n\n0\n', stderr: empty });
  expect((await feedlake(['query', 'select 1'])).stderr).toBe('');

  await lake.write('open_interest', 'binance', snapshotName(time), [openInterest(time)]);
  expect((await feedlake(count)).stderr).toMatch(/^there is nothing of trades in the lake .*lake\n$/);
  const both = 'select count(*) from trades, open_interest';
  expect((await feedlake(['query', both])).stderr).toBe('');
});

test('what is no SELECT is not run, and mistakes are told by DuckDB', async () => {
  const { feedlake, folder } = await filled();
  const written = join(folder, 'written.csv');
  for (const [text, message] of [
    ['selct 1', /syntax error at or near "selct"/],
    ['select nope from open_interest', /nope.*not found/],
    ['select * from nope', /nope does not exist/],
    [`copy (select 1) to '${written}'`, /one SELECT: nothing else is run/],
    ['drop view open_interest', /one SELECT: nothing else is run/],
    ['select 1; select 2', /expected one SELECT, found 2/],
  ] as const) {
    const { code, stdout, stderr } = await feedlake(['query', text]);
    expect({ text, code, stdout }).toEqual({ text, code: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  }
  expect(existsSync(written)).toBe(false);
});

test('an output that can not be written is one clear line', async () => {
  const { feedlake, folder } = await filled();
  for (const format of ['csv', 'parquet']) {
    const output = join(folder, 'no', 'such', 'folder', 'out');
    const { code, stderr } = await feedlake(['query', sql, '--format', format, '--output', output]);
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(/^feedlake: .*no such file or directory/i)]);
  }
  expect((await feedlake(['query', sql, '--format', 'parquet'])).stderr).toMatch(/needs --output FILE/);
});

test('last: the newest row of a symbol, in any spelling, without asking an exchange', async () => {
  const { feedlake, lake } = await filled();
  await lake.write('open_interest', 'binance', snapshotName(time + 60_000_000), [
    openInterest(time + 60_000_000, { symbol: 'ETH-USDT-PERP' }),
  ]);
  const last = async (symbol: string) => {
    const { code, stdout } = await feedlake(['last', 'open_interest', symbol, '--exchange', 'binance']);
    return [code, stdout.split('\n')[1]?.split(/ +/)[2]];
  };
  expect(await last('BTC-USDT-PERP')).toEqual([0, '2026-03-27T08:00:00.123456Z']);
  expect(await last('BTCUSDT-PERP')).toEqual([0, '2026-03-27T08:00:00.123456Z']);
  expect(await last('ETH/USDT:USDT')).toEqual([0, '2026-03-27T08:01:00.123456Z']);
  expect(await last('btcusdt')).toEqual([0, '2026-03-27T08:00:00.123456Z']);
  expect(await last('SOL-USDT-PERP')).toEqual([1, '-']);
});

test('an object that is no Parquet is named, and costs other exchanges nothing', async () => {
  const { feedlake, lake, simulator } = await workspace();
  await lake.store.create('v1/open_interest/exchange=bybit/date=2026-11-01/history-torn.parquet', new Uint8Array(100));
  const args = [
    'fetch-oi',
    'BTC-USDT-PERP',
    '--from',
    '2026-11-01',
    '--to',
    '2026-11-01',
    '--exchange',
    'binance,bybit',
  ];
  const { code, stdout, stderr } = await feedlake([...args, '--store', '--format', 'ndjson']);
  expect(simulator.requests('binance').length).toBeGreaterThan(0);
  expect(stderr).toMatch(/^bybit: .*history-torn.parquet can't be read as Parquet .*: move it out of the lake/m);
  expect(stdout.trim().split('\n')).toHaveLength(24);
  expect(code).toBe(3);
});
