import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { venueIds } from '@feedlake/simulator';
import { describe, expect, test } from 'vitest';
import { feedlake, settingsFile, workspace } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/lake.ts';

const mistakes: readonly (readonly [string, RegExp])[] = [
  ['fetch-oi BTC --from yesterday', /--from yesterday: not a time; write 2026-10-01 or/],
  ['fetch-oi BTC --from 2026-02-30', /--from 2026-02-30: not a time/],
  ['fetch-oi BTC --from 2026-10-01 --to soon', /--to soon: not a time/],
  ['fetch-oi BTC --from 2026-10-02 --to 2026-10-01', /--from 2026-10-02 is not before the end/],
  ['fetch-oi BTC --from 2026-10-02T08:00 --to 2026-10-02T08:00', /is not before the end/],
  ['fetch-oi BTC --to 2026-10-01', /--to needs --from/],
  ['fetch-oi BTC --interval 1h', /--interval needs --from/],
  ['fetch-oi BTC --from 2026-10-01 --interval 1x', /--interval 1x: write 5m, 1h or 1d/],
  ['fetch-funding BTC --from 2026-10-01 --interval 1h', /unknown option '--interval'/],
  ['fetch-oi BTC --format xml', /--format xml: choose one of table, json, ndjson, csv/],
  ['fetch-oi BTC --exchange binanse', /--exchange binanse: no such exchange; did you mean binance\?/],
  ['fetch-oi BTC --exchange ,', /--exchange names none/],
  ['fetch-oi all BTC', /`all` stands alone/],
  ['fetch-oi BTC --bogus', /unknown option '--bogus'/],
  ['fetch-oi', /missing required argument 'symbols'/],
  ['fetch BTC', /unknown command 'fetch'[\s\S]*Did you mean fetch-oi/],
  ['symbols --format xml', /--format xml/],
  ['last oi BTC', /oi: no dataset; there are open_interest/],
  ['query', /missing required argument 'sql'/],
  ['demo --lake elsewhere', /--lake: the demo makes a lake of its own; say where with --folder/],
  ['config shw', /Did you mean show/],
  ['config show --format xml', /--format xml: choose one of table, json/],
  ['normalize', /required option '--exchange <id>' not specified/],
  ['normalize --exchange nosuchvenue', /--exchange nosuchvenue: no adapter; there are binance/],
  ['normalize --exchange binance --rest /nope', /--rest: binance: no mapper for replies to GET \/nope/],
  ['normalize --exchange hyperliquid --body {}', /--body needs --rest/],
  ['normalize --exchange hyperliquid --rest /info --body {', /--body: not JSON/],
  ['simulator --port x', /--port x: not a whole number/],
  ['simulator --port 65533', /--port 65533: at most 65532/],
  ['symbols --config nowhere.yaml', /nowhere.yaml/],
  ['symbols --log-level loud', /--log-level/],
];

test('a mistake on the command line is named, ends with 2, and asks no exchange', async () => {
  const { feedlake: run, simulator, objects } = await workspace();
  for (const [line, message] of mistakes) {
    const { code, stdout, stderr } = await run(line.split(' '));
    expect({ line, code, stdout }).toEqual({ line, code: 2, stdout: '' });
    expect(stderr, line).toMatch(message);
    expect(stderr, line).not.toMatch(/\n\s+at /);
  }
  expect(venueIds.flatMap((id) => simulator.requests(id))).toEqual([]);
  expect(await objects()).toEqual([]);
});

describe('help', () => {
  const commands = 'fetch-oi,fetch-funding,symbols,query,last,normalize,config,simulator,demo'.split(',');

  test.each([...commands, 'config show', 'config validate', 'config schema'])(
    'of %s shows an example',
    async (name) => {
      const { code, stdout, stderr } = await feedlake([...name.split(' '), '--help']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(new RegExp(`\\nExample:\\n {2}feedlake ${name}`));
      for (const option of ['--config', '--lake', '--log-level', '--quiet']) expect(stdout).toContain(option);
    },
  );

  test('of feedlake lists every command', async () => {
    const { code, stdout } = await feedlake(['--help']);
    expect(code).toBe(0);
    for (const name of commands) expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
  });
});

describe('config', () => {
  const secret = 'S3cr3tThatNobodyMaySee';
  const settings = {
    exchanges: { backpack: { credentials: { api_key: 'key-visible-to-none', secret } } },
    proxy: { default: { rest: `http://user:${secret}@proxy.example:3128` } },
  };

  test.each(['table', 'json'])('show (%s): where each setting comes from, and no secret', async (format) => {
    const args = ['config', 'show', '--format', format, '--config', settingsFile(settings), '--lake', '/data/lake'];
    const { code, stdout, stderr } = await feedlake(args);
    expect(code).toBe(0);
    expect(stdout + stderr).not.toMatch(/S3cr3t|key-visible/);
    expect(stdout).toMatch(/exchanges\.backpack\.credentials\.secret/);
    expect(stdout).toMatch(/proxy\.example:3128/);
    expect(stdout).toMatch(/\/data\/lake.*--lake|"\/data\/lake",\s+"origin": "--lake"/);
    if (format === 'json') expect(() => JSON.parse(stdout)).not.toThrow();
  });

  test('validate: all mistakes at once, with line and remedy, and no secret', async () => {
    const path = join(temporaryFolder(), 'feedlake.yaml');
    writeFileSync(
      path,
      `lak: ./lake\nexchanges:\n  binance:\n    credentials: {secrett: ${secret}}\n    rest: {retries: many}\n`,
    );
    const { code, stdout, stderr } = await feedlake(['config', 'validate', '--config', path]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/lak\b[\s\S]*lake/);
    expect(stderr).toMatch(/secrett[\s\S]*secret/);
    expect(stderr).toMatch(/exchanges\.binance\.rest\.retries/);
    expect(stderr).toMatch(/feedlake\.yaml:5/);
    expect(stderr).not.toContain(secret);
  });

  test('validate: good settings', async () => {
    const { code, stdout } = await feedlake(['config', 'validate', '--config', settingsFile(settings)]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/the settings are valid/);
  });

  test('schema: a JSON Schema that knows the settings', async () => {
    const { code, stdout } = await feedlake(['config', 'schema']);
    expect(code).toBe(0);
    expect(Object.keys(JSON.parse(stdout).properties)).toEqual(expect.arrayContaining(['lake', 'exchanges', 'proxy']));
  });

  test('an exchange that neither feedlake nor ccxt knows is refused with the nearest name', async () => {
    const config = settingsFile({ exchanges: { binanse: {}, mine: { exchange: 'okxx' } } });
    const { code, stdout, stderr } = await feedlake(['fetch-oi', 'BTC-USDT-PERP', '--config', config]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/exchanges\.binanse .*did you mean `binance`\?/);
    expect(stderr).toMatch(/exchanges\.mine\.exchange .*did you mean `okx`\?/);
  });

  test('with every exchange disabled there is nothing to ask', async () => {
    const off = Object.fromEntries(venueIds.map((id) => [id, { enabled: false }]));
    const { code, stderr } = await feedlake(['fetch-oi', 'BTC', '--config', settingsFile({ exchanges: off })]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/every exchange is disabled/);
  });
});
