import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '@feedlake/config';
import { startSimulator } from '@feedlake/simulator';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { feedlake } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/lake.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/proxies.md'), 'utf8');

function blocks(kind: string): string[] {
  return [...page.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].flatMap(([, name, text = '']) =>
    name === kind ? [text] : [],
  );
}

afterEach(() => vi.unstubAllEnvs());

test('every command of the page runs', async () => {
  const simulator = await startSimulator({ seed: 7, symbols: 10 });
  onTestFinished(() => simulator.close());
  for (const [id, url] of Object.entries(simulator.urls)) {
    vi.stubEnv(`FEEDLAKE_EXCHANGES__${id.toUpperCase()}__ENDPOINTS__REST`, url);
    vi.stubEnv(`FEEDLAKE_EXCHANGES__${id.toUpperCase()}__REST__RETRIES`, '0');
  }
  vi.stubEnv('FEEDLAKE_LAKE', temporaryFolder());
  const commands = blocks('sh').join('').trim().split('\n');
  expect(commands.length).toBeGreaterThan(5);
  for (const line of commands) {
    const [, settings = '', command] = /^((?:export )?(?:[A-Z_]+=\S+ ?)*)(?:npx feedlake (.*))?$/.exec(line) ?? [];
    for (const [, name = '', value = ''] of settings.matchAll(/([A-Z_]+)=(\S+)/g)) vi.stubEnv(name, value);
    if (command === undefined) continue;
    const { code, stderr } = await feedlake(command.split(' '));
    // With the page's proxy set and none running, what is asked for may fail, but not how it is asked.
    expect([0, 1, 3], `${line}\n${stderr}`).toContain(code);
  }
});

test('every settings example of the page is valid', () => {
  const examples = blocks('yaml');
  expect(examples.length).toBeGreaterThan(3);
  for (const example of examples) {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'feedlake.yaml'), example);
    expect(loadConfig({ folder, environment: { BYBIT_PROXY_PASSWORD: 'word' } }).file).not.toBeNull();
  }
});
