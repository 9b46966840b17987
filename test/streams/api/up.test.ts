import { join } from 'node:path';
import { expect, test } from 'vitest';
import { feedlake, type Spawned } from '../../support/cli.ts';
import { collect } from '../../support/lake.ts';
import { change, eventually, health, healthOf, saying, streamingWorkspace } from '../../support/streaming.ts';

const symbols = ['BTC-USDT-PERP', 'ETH-USDT-PERP'];

async function newToken(...more: string[]) {
  const { code, stdout } = await feedlake(['api-token', 'create', '--name', 'test', '--format', 'json', ...more]);
  expect(code).toBe(0);
  return JSON.parse(stdout) as { token: string; entry: { name: string; sha256: string; scopes: string[] } };
}

async function apiOf(child: Spawned): Promise<string> {
  await saying(child, 'and described at');
  return /the API is at (http:\/\/[\d.]+:\d+),/.exec(child.said())?.[1] ?? '';
}

test('a token is shown once, with the entry that the settings need', async () => {
  const { code, stdout } = await feedlake([
    'api-token',
    'create',
    '--name',
    'it',
    '--scope',
    'read,write',
    '--expires',
    '2099-01-31',
  ]);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^fl_[A-Za-z0-9_-]{43}\n\n# .*\napi:\n {2}tokens:\n {4}- name: "it"\n {6}sha256: [0-9a-f]{64}\n {6}scopes: \[read, write\]\n {6}expires: 2099-01-31\n$/,
  );
  const [one, other] = [await newToken(), await newToken()];
  expect(one.token).not.toBe(other.token);
  expect(one.entry).toEqual({ name: 'test', sha256: expect.stringMatching(/^[0-9a-f]{64}$/), scopes: ['read'] });
  for (const wrong of [
    ['--scope', 'all'],
    ['--expires', '2020-01-01'],
    ['--expires', 'soon'],
    ['--format', 'yaml'],
  ]) {
    const ran = await feedlake(['api-token', 'create', '--name', 'x', ...wrong]);
    expect([ran.code, ran.stdout]).toEqual([2, '']);
    expect(ran.stderr).toContain(wrong[0]);
  }
});

test('without a token `up` does not begin, and says what to do', async () => {
  const space = await streamingWorkspace(
    { binance: { symbols, channels: ['trades'] } },
    { api: { enabled: true, port: 0 } },
  );
  const { code, stderr } = await space.spawn(['up']).ended;
  expect(code).toBe(2);
  expect(stderr).toContain('api.tokens: there is none');
  expect(stderr).toContain('feedlake api-token create');
});

test('a port that is taken is named', async () => {
  const { entry } = await newToken();
  const api = { enabled: true, port: 0, tokens: [entry] };
  const space = await streamingWorkspace({ binance: { symbols, channels: ['trades'] } }, { api });
  const first = space.spawn(['up']);
  const port = Number(new URL(await apiOf(first)).port);
  change(space, (before) => ({ ...before, state_dir: 'other', streamer: { writer: 'other' }, api: { ...api, port } }));
  const { code, stderr } = await space.spawn(['up']).ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(new RegExp(`feedlake: api\\.port: port ${port} of 127\\.0\\.0\\.1 is taken`));
});

test('`up` serves what it records, takes snapshots, fetches histories, and ends cleanly', async () => {
  const { token, entry } = await newToken('--scope', 'read,write');
  const space = await streamingWorkspace(
    { binance: { symbols, channels: ['trades'] } },
    {
      api: { enabled: true, port: 0, tokens: [entry] },
      streamer: { segment: { max_age: '1s' } },
      snapshots: { open_interest: { every: '1h' }, funding_rates: { enabled: false }, instruments: { enabled: false } },
    },
  );
  const child = space.spawn(['up']);
  const [healthUrl, url] = [await healthOf(child), await apiOf(child)];
  const ask = async (path: string, body?: object) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const init = body === undefined ? { headers } : { headers, method: 'POST', body: JSON.stringify(body) };
    const answer = await fetch(`${url}${path}`, init);
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
  };
  const rowsOf = async (path: string) => (await ask(path)).body.rows as Record<string, unknown>[];
  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect(await (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } })).text()).toContain(
    'feedlake_',
  );

  await eventually(
    async () => (await rowsOf('/v1/trades?exchange=binance&symbol=BTCUSDT')).length > 0,
    'trades over HTTP',
  );

  const byHand = await ask('/v1/snapshots/open-interest', { exchange: 'binance', symbols: ['BTC-USDT-PERP'] });
  expect(byHand).toMatchObject({ status: 200, body: { outcome: 'stored', rows: 1, failures: [] } });
  const unknown = await ask('/v1/snapshots/funding-rates', { exchange: 'binance', symbols: ['NO-USDT-PERP'] });
  expect(unknown).toMatchObject({ status: 400, body: { errors: [{ field: 'body.symbols' }] } });
  const unscheduled = await ask('/v1/snapshots/funding-rates', { exchange: 'binance', scheduled: true });
  expect(unscheduled).toMatchObject({ status: 400, body: { errors: [{ field: 'body.scheduled' }] } });
  await eventually(async () => {
    const { body } = await ask('/v1/snapshots/open-interest', { exchange: 'binance', scheduled: true });
    return body.outcome === 'known';
  }, 'the slot is known');
  const stored = await rowsOf('/v1/open-interest?exchange=binance&symbol=BTC-USDT-PERP');
  expect(stored.filter(({ scheduled_time }) => scheduled_time === null)).toHaveLength(1);
  expect(stored.filter(({ scheduled_time }) => scheduled_time !== null)).toHaveLength(1);

  const from = new Date(Date.now() - 6 * 3600_000).toISOString();
  const created = await ask('/v1/backfills', { exchange: 'binance', dataset: 'open_interest', symbols, from });
  expect(created.status).toBe(202);
  const location = created.headers.get('location') ?? '';
  await eventually(async () => (await ask(location)).body.state === 'done', 'the backfill is done');
  expect((await ask(location)).body.fetched).toBeGreaterThan(0);
  expect((await ask('/v1/backfills/no-such')).status).toBe(404);
  const history = await rowsOf('/v1/open-interest?exchange=binance&symbol=ETH-USDT-PERP');
  expect(history.some(({ period_seconds }) => period_seconds === 3600)).toBe(true);

  const coverage = await ask('/v1/coverage?dataset=trades&gaps=true');
  expect(coverage.body.timelines).toContainEqual(
    expect.objectContaining({ symbol: 'BTC-USDT-PERP', kind: 'stream', completeness: expect.any(Number) }),
  );
  expect(coverage.body.gaps).toBeInstanceOf(Array);
  await ask('/v1/snapshots/instruments', { exchange: 'binance' });
  const listed = (await ask('/v1/symbols?exchange=binance&match=btc')).body.symbols;
  expect(listed).toContainEqual(expect.objectContaining({ symbol: 'BTC-USDT-PERP', type: 'perpetual' }));

  expect((await health(healthUrl)).status).toBe('ok');
  child.kill('SIGTERM');
  const { code, stderr } = await child.ended;
  expect(code, stderr).toBe(0);
  expect(stderr).not.toContain(token);
  expect(stderr).not.toContain(entry.sha256);
  expect((await collect(space.lake.objects('trades'))).length, join(space.folder, 'lake')).toBeGreaterThan(0);
});
