import { expect, test } from 'vitest';
import { feedlake, settingsFile } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/lake.ts';
import { startOkx } from '../../support/okx.ts';

const eightHours = 8 * 3_600_000;

test('an exchange through ccxt does what the others do: symbols, snapshots, histories, the lake', async () => {
  const now = Date.now();
  await using okx = await startOkx({ now, settlements: 200 });
  const lake = temporaryFolder();
  const config = settingsFile({ lake, exchanges: { okx: { endpoints: { rest: okx.url } } } });
  const run = (...args: string[]) => feedlake([...args, '--exchange', 'okx', '--config', config]);

  const symbols = await run('symbols', '--match', 'btc');
  expect(symbols).toMatchObject({ code: 0, stdout: expect.stringMatching(/okx +BTC-USDT-PERP +BTC-USDT-SWAP/) });

  const now_ = await run('fetch-oi', 'BTC-USDT-PERP', '--format', 'json', '--store');
  expect(now_.code).toBe(0);
  expect(JSON.parse(now_.stdout)).toEqual([
    expect.objectContaining({ exchange: 'okx', symbol: 'BTC-USDT-PERP', open_interest: '31207.504', source: 'rest' }),
  ]);

  const from = new Date(now - 30 * eightHours).toISOString();
  const history = ['fetch-funding', 'BTC-USDT-PERP', '--from', from, '--store', '--format', 'ndjson'];
  const first = await run(...history);
  expect(first.code).toBe(0);
  expect(first.stdout.trim().split('\n').length).toBe(30);
  const second = await run(...history);
  expect(second).toMatchObject({ code: 0, stdout: first.stdout });
  expect(second.stderr).toMatch(/okx: 0 rows fetched, 30 were in the lake already/);

  const past = await run('fetch-oi', 'BTC-USDT-PERP', '--from', from);
  expect(past.code).toBe(1);
  expect(past.stderr).toMatch(/okx: no history of open interest: .* \[not_offered\]/);
});

test('an exchange need not be in the settings to be named', async () => {
  const { code, stderr } = await feedlake([
    'last',
    'open_interest',
    'BTC-USDT-PERP',
    '--exchange',
    'gate',
    '--lake',
    temporaryFolder(),
    '--config',
    settingsFile({}),
  ]);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^no open_interest of BTC-USDT-PERP in the lake/),
  });
});
