import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
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
