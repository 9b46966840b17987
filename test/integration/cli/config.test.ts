import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { feedlake } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/lake.ts';

test('config schema prints what feedlake.schema.json holds, the options of the adapters among it', async () => {
  const { code, stdout } = await feedlake(['config', 'schema']);
  expect(code).toBe(0);
  const schema = JSON.parse(stdout);
  expect(schema).toEqual(JSON.parse(readFileSync(join(import.meta.dirname, '../../../feedlake.schema.json'), 'utf8')));
  const options = (id: string) => Object.keys(schema.properties.exchanges.properties[id].properties.options.properties);
  expect(options('bybit')).toEqual(['book_depth']);
  expect(options('hyperliquid')).toEqual(['liquidator_vaults', 'fast_books']);
});

test.each([
  ['5/10 * * * *', 'a step follows `*` or a range'],
  ['0 0 30 2 *', 'expected a date that exists'],
])('no command takes the schedule %s, which can never be followed', async (every, words) => {
  const path = join(temporaryFolder(), 'feedlake.yaml');
  writeFileSync(path, `snapshots:\n  open_interest:\n    every: '${every}'\n`);
  for (const command of ['config validate', 'up']) {
    const { code, stdout, stderr } = await feedlake([...command.split(' '), '--config', path]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`snapshots.open_interest.every (${path}:3): `);
    expect(stderr).toContain(words);
  }
});

describe('config validate says what `up` would refuse or leave out', () => {
  const validate = async (yaml: string) => {
    const path = join(temporaryFolder(), 'feedlake.yaml');
    writeFileSync(path, yaml);
    return { path, ...(await feedlake(['config', 'validate', '--config', path])) };
  };

  test('an API that nobody could use is refused, by `up` as well; other commands have no use for it', async () => {
    const { path, code, stdout, stderr } = await validate('api: {enabled: true}\n');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/`up` would refuse .*api\.tokens: .*api-token create/);
    expect(await feedlake(['up', '--config', path])).toMatchObject({ code: 2, stdout: '' });
    expect((await feedlake(['config', 'show', '--config', path])).code).toBe(0);
  });

  test('nothing to do is refused', async () => {
    const off = ['open_interest', 'funding_rates', 'instruments'].map((name) => `  ${name}: {enabled: false}\n`);
    const { code, stderr } = await validate(`snapshots:\n${off.join('')}`);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('there is nothing to do') });
  });

  test('channels and widths of candles that an exchange does not have are named, with the way out', async () => {
    const { code, stdout, stderr } = await validate(
      'exchanges:\n  binance: {channels: [trades, open_interest, candles], candle_intervals: [7m]}\n' +
        '  bybit: {channels: [trades, candles]}\n  okx: {channels: [trades]}\n',
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('the settings are valid') });
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^okx: its channels are left out/),
      expect.stringMatching(
        /^exchanges\.binance\.channels: Binance streams no open_interest: .*snapshots\.open_interest/,
      ),
      expect.stringMatching(/^exchanges\.binance\.candle_intervals: Binance has no candles of 420 s/),
    ]);
  });
});
