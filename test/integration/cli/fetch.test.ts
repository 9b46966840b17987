import { datasets, day, hour, isoTime, now, parseIsoTime } from '@feedlake/schema';
import { describe, expect, test } from 'vitest';
import { workspace } from '../../support/cli.ts';

type Json = Record<string, string | number | boolean | null>;

const names = (dataset: 'open_interest' | 'funding_rates') =>
  Object.keys(datasets[dataset].columns).filter((name) => name !== 'exact');
const isoMicros = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const lines = (text: string) => text.split('\n').filter((line) => line !== '');
const ndjson = (text: string) => lines(text).map((line) => JSON.parse(line) as Json);

/** Two whole days that are over, and long enough ago for all venues to have published them. */
const today = Math.floor((now() - 2 * hour) / day) * day;
const dates = { first: isoTime(today - 2 * day).slice(0, 10), last: isoTime(today - day).slice(0, 10) };

describe('formats', () => {
  test.each([
    ['fetch-oi', 'open_interest'],
    ['fetch-funding', 'funding_rates'],
  ] as const)('%s: json, ndjson and csv say the same, to the digit', async (command, dataset) => {
    const { feedlake } = await workspace();
    const range = ['--from', dates.first, '--to', dates.last, '--exchange', 'binance,bybit'];
    const [json, nd, csv] = await Promise.all(
      ['json', 'ndjson', 'csv'].map((format) => feedlake([command, 'BTC-USDT-PERP', ...range, '--format', format])),
    );
    const rows = JSON.parse(json?.stdout ?? '') as Json[];
    expect(rows.length).toBe(dataset === 'open_interest' ? 96 : 12);
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(names(dataset));
      expect(row.ts_event).toMatch(isoMicros);
      expect(row.ts_recv).toMatch(isoMicros);
      expect(typeof (row.open_interest ?? row.rate)).toBe('string');
      expect(row.scheduled_time).toBeNull();
    }
    const known = (row: Json) => ({ ...row, ts_recv: null });
    expect(ndjson(nd?.stdout ?? '').map(known)).toEqual(rows.map(known));
    const [head, ...body] = lines(csv?.stdout ?? '');
    expect(head?.split(',')).toEqual(names(dataset));
    const cells = (row: Json) => Object.values(known(row)).map((value) => (value === null ? '' : String(value)));
    const received = names(dataset).indexOf('ts_recv');
    expect(body.map((line) => line.split(',').map((cell, index) => (index === received ? '' : cell)))).toEqual(
      rows.map(cells),
    );
  });

  test('the digits are those that the venue sent', async () => {
    const { feedlake, simulator } = await workspace();
    const { stdout } = await feedlake(['fetch-funding', 'all', '--exchange', 'backpack', '--format', 'ndjson']);
    const told = simulator.truth.records({ venue: 'backpack', dataset: 'funding_rates' });
    const rates = new Map(ndjson(stdout).map((row) => [row.venue_symbol, row.rate]));
    expect(rates).toEqual(new Map(told.map(({ symbol, fields }) => [symbol, fields.fundingRate])));
    expect(told.some(({ fields }) => (fields.fundingRate ?? '').replace(/^-?0\.0*/, '').length > 17)).toBe(true);
  });

  test('nothing is an empty array, no line, a head alone, or said', async () => {
    const { feedlake } = await workspace();
    const args = ['symbols', '--match', 'NO SUCH THING', '--format'];
    expect((await feedlake([...args, 'json'])).stdout).toBe('[]\n');
    expect((await feedlake([...args, 'ndjson'])).stdout).toBe('');
    expect(lines((await feedlake([...args, 'csv'])).stdout)).toHaveLength(1);
    expect((await feedlake([...args, 'table'])).stdout).toBe('no rows\n');
  });
});

describe('streams', () => {
  test('standard output holds rows alone, standard error the summary', async () => {
    const { feedlake } = await workspace();
    const { code, stdout, stderr } = await feedlake(['fetch-oi', 'BTC-USDT-PERP', '--format', 'ndjson']);
    expect(code).toBe(0);
    expect(ndjson(stdout).map(({ exchange }) => exchange)).toEqual(['binance', 'bybit', 'hyperliquid', 'backpack']);
    for (const id of ['binance', 'bybit', 'hyperliquid', 'backpack']) {
      expect(stderr).toMatch(new RegExp(`^${id}: 1 rows, \\d requests, [\\d.]+ s$`, 'm'));
    }
    expect(stderr).toMatch(/^backpack has no BTC-USDT-PERP: taking its dollar perpetual BTC-USDC-PERP$/m);
  });

  test('--quiet leaves what failed', async () => {
    const { feedlake } = await workspace();
    const good = await feedlake(['fetch-oi', 'BTC-USDT-PERP', '--format', 'ndjson', '--quiet']);
    expect(good).toMatchObject({ code: 0, stderr: '' });
    expect(lines(good.stdout)).toHaveLength(4);
    const bad = await feedlake(['fetch-oi', 'NOPE-USDT-PERP', '--exchange', 'bybit', '--quiet']);
    expect(bad.code).toBe(1);
    expect(lines(bad.stderr)).toEqual([expect.stringMatching(/^bybit: NOPE-USDT-PERP is not listed on bybit/)]);
  });
});

describe('symbols', () => {
  test.each([
    ['BTC-USDT-PERP', 'binance', 'BTC-USDT-PERP'],
    ['BTCUSDT-PERP', 'binance', 'BTC-USDT-PERP'],
    ['btcusdt-perp', 'bybit', 'BTC-USDT-PERP'],
    ['BTC/USDT:USDT', 'bybit', 'BTC-USDT-PERP'],
    ['BTCUSDT', 'binance', 'BTC-USDT-PERP'],
    ['BTCPERP', 'bybit', 'BTC-USDC-PERP'],
    ['BTC', 'hyperliquid', 'BTC-USDC-PERP'],
    ['BTC-USDT-PERP', 'hyperliquid', 'BTC-USDC-PERP'],
    ['kPEPE', 'hyperliquid', 'kPEPE-USDC-PERP'],
    ['kpepe-usdc-perp', 'hyperliquid', 'kPEPE-USDC-PERP'],
    ['xyz:NVDA', 'hyperliquid', 'xyz:NVDA-USDC-PERP'],
    ['BTC_USDC_PERP', 'backpack', 'BTC-USDC-PERP'],
    ['AAPL.US_USDC_PERP', 'backpack', 'AAPL.US-USDC-PERP'],
  ])('%s at %s is %s', async (typed, exchange, symbol) => {
    const { feedlake } = await workspace();
    const { code, stdout } = await feedlake(['fetch-oi', typed, '--exchange', exchange, '--format', 'ndjson']);
    expect(code).toBe(0);
    expect(ndjson(stdout).map((row) => [row.exchange, row.symbol])).toEqual([[exchange, symbol]]);
  });

  test('one instrument under three names is one row', async () => {
    const { feedlake } = await workspace();
    const args = ['fetch-oi', 'BTCUSDT', 'BTC-USDT-PERP', 'BTC/USDT:USDT', '--exchange', 'bybit', '--format', 'ndjson'];
    expect(lines((await feedlake(args)).stdout)).toHaveLength(1);
  });

  test('an unknown one: the nearest is named; the others come', async () => {
    const { feedlake } = await workspace();
    const args = ['fetch-oi', 'BTC-USDT-PERP', 'ETH-EUR-PERP', '--exchange', 'binance', '--format', 'ndjson'];
    const { code, stdout, stderr } = await feedlake(args);
    expect(code).toBe(3);
    expect(ndjson(stdout).map(({ symbol }) => symbol)).toEqual(['BTC-USDT-PERP']);
    expect(stderr).toMatch(/^binance: ETH-EUR-PERP is not listed on binance; did you mean ETH-USDT-PERP/m);
  });
});

describe('history', () => {
  test('--to: a date includes its day, a timestamp is exclusive; --from is inclusive', async () => {
    const { feedlake } = await workspace();
    const times = async (from: string, to: string) => {
      const args = ['fetch-oi', 'BTCUSDT', '--exchange', 'bybit', '--from', from, '--to', to, '--format', 'ndjson'];
      const { code, stdout } = await feedlake(args);
      expect(code).toBe(0);
      return ndjson(stdout).map(({ ts_event }) => parseIsoTime(String(ts_event)));
    };
    const whole = await times(dates.first, dates.last);
    expect(whole).toEqual(Array.from({ length: 48 }, (_, index) => today - 2 * day + index * hour));
    expect(await times(dates.first, dates.first)).toHaveLength(24);
    expect(await times(`${dates.first}T03:00:00Z`, `${dates.first}T05:00:00Z`)).toEqual([
      today - 2 * day + 3 * hour,
      today - 2 * day + 4 * hour,
    ]);
    expect(await times(`${dates.first}T03:00:00.000001Z`, `${dates.first}T05:00:00.000001Z`)).toEqual([
      today - 2 * day + 4 * hour,
      today - 2 * day + 5 * hour,
    ]);
    expect(await times(`${dates.first}T03:00:00+02:00`, `${dates.first}T04:00:00+02:00`)).toEqual([
      today - 2 * day + hour,
    ]);
  });

  test('with --store the same rows are printed, and once more without a request for them', async () => {
    const { feedlake, simulator, lake } = await workspace();
    const range = ['--from', dates.first, '--to', dates.last];
    const args = ['fetch-funding', 'BTC-USDT-PERP', 'ETH-USDT-PERP', ...range, '--format', 'ndjson'];
    const comparable = (text: string) =>
      ndjson(text).map(({ ts_recv, rate, mark_price, ...row }) => ({
        ...row,
        rate: Number(rate),
        mark_price: mark_price === null ? null : Number(mark_price),
        received: typeof ts_recv,
      }));
    const plain = await feedlake(args);
    const stored = await feedlake([...args, '--store']);
    expect([plain.code, stored.code]).toEqual([0, 0]);
    expect(comparable(stored.stdout)).toEqual(comparable(plain.stdout));
    expect(lines(plain.stdout).length).toBe(2 * (48 + 48 + 6 + 6));
    simulator.forgetRequests();
    const again = await feedlake([...args, '--store']);
    expect(again.stdout).toBe(stored.stdout);
    expect(again.stderr).toMatch(/binance: 0 rows fetched, 12 were in the lake already/);
    const asked = (['binance', 'bybit', 'hyperliquid', 'backpack'] as const).flatMap((id) => simulator.requests(id));
    expect(
      asked.filter(({ path, body }) => /fundingRate|funding\/history/.test(path) || /fundingHistory/.test(body)),
    ).toEqual([]);
    expect(await lake.lastTime('funding_rates', 'bybit', 'BTC-USDT-PERP')).toBe(today - 8 * hour);
  });

  test('what some venues do not offer is said beside what others do', async () => {
    const { feedlake } = await workspace();
    const args = ['fetch-oi', 'BTC-USDT-PERP', '--from', dates.first, '--to', dates.last, '--format', 'ndjson'];
    const { code, stdout, stderr } = await feedlake(args);
    expect(code).toBe(3);
    expect(new Set(ndjson(stdout).map(({ exchange }) => exchange))).toEqual(new Set(['binance', 'bybit']));
    expect(stderr).toMatch(/^hyperliquid: .*no history of open interest. Record it with snapshots.*\[not_offered\]$/m);
    expect(stderr).toMatch(/^backpack: .*no history of open interest. Record it with snapshots/m);
    expect((await feedlake([...args, '--exchange', 'backpack'])).code).toBe(1);
  });

  test('a shorter answer than was asked for does not look like a whole one', async () => {
    const { feedlake } = await workspace();
    const from = isoTime(now() - 35 * day).slice(0, 10);
    const args = ['fetch-oi', 'BTC-USDT-PERP', '--exchange', 'binance', '--from', from, '--format', 'ndjson'];
    const { code, stdout, stderr } = await feedlake(args);
    expect(code).toBe(3);
    expect(lines(stdout).length).toBeGreaterThan(700);
    expect(stderr).toMatch(
      /binance BTC-USDT-PERP: binance keeps 30 days of open_interest: what lies before 20.* can't be had/,
    );
  });
});

test('a snapshot that is stored is printed the same, and read back', async () => {
  const { feedlake, lake, objects } = await workspace();
  const { code, stdout, stderr } = await feedlake(['fetch-oi', 'all', '--store', '--format', 'ndjson']);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^bybit: \d+ rows, 1 files written, 1 requests/m);
  expect(await objects()).toHaveLength(4);
  const { stdout: queried } = await feedlake([
    'query',
    'select exchange, symbol, open_interest from open_interest',
    '--format',
    'ndjson',
  ]);
  const key = (row: Json) => `${row.exchange} ${row.symbol} ${Number(row.open_interest)}`;
  expect(ndjson(queried).map(key).sort()).toEqual(ndjson(stdout).map(key).sort());
  expect(await lake.lastTime('open_interest', 'binance', 'BTC-USDT-PERP')).not.toBeNull();
});
