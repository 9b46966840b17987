import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, loadAws, loadConfig, secretVariable } from '@feedlake/config';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

describe('the aws section', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'feedlake-aws-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (text: string) => writeFileSync(join(folder, 'feedlake.yaml'), text);

  it('is all default without a file', () => {
    expect(loadAws(folder)).toEqual(loadConfig({ folder, environment: {} }).config.aws);
    expect(loadAws(folder).region).toBe('ap-northeast-1');
  });

  it('can be read before the secrets are there that the rest refers to', () => {
    write(
      `exchanges: { okx: { credentials: { api_key: "\${OKX_KEY}" } } }\naws: { region: eu-west-1, secrets: [OkxKey] }\n`,
    );
    expect(() => loadConfig({ folder, environment: {} })).toThrow(/OKX_KEY is not set/);
    expect(loadAws(folder)).toMatchObject({ region: 'eu-west-1', secrets: ['OkxKey'] });
  });

  it('is refused with the lines of what is wrong in it, and of nothing else', () => {
    write('lakes: nowhere\naws:\n  region: tokyo\n  stremer: {}\n  secrets: [okx]\n');
    expect(() => loadAws(folder)).toThrow(ConfigError);
    try {
      loadAws(folder);
    } catch (error) {
      const { problems } = error as ConfigError;
      expect(problems.map(({ path, origin }) => [path, origin]).sort()).toEqual([
        ['aws.region', 'feedlake.yaml:3'],
        ['aws.secrets.0', 'feedlake.yaml:5'],
        ['aws.stremer', 'feedlake.yaml:4'],
      ]);
      expect(problems.find(({ path }) => path === 'aws.stremer')?.message).toMatch(/did you mean `streamer`/);
    }
  });

  it('may not refer to variables that are unset', () => {
    write(`aws: { alarms: { email: "\${WHO}" } }\n`);
    expect(() => loadAws(folder)).toThrow(/aws\.alarms\.email.*WHO is not set/);
  });

  it.each([
    [{ cpu: 1, memory_gb: 16 }, /memory_gb.*one of 2, 3, 4, 5, 6, 7, 8 with 1 vCPU/],
    [{ cpu: 0.25, memory_gb: 4 }, /one of 0\.5, 1, 2 with 0\.25 vCPU/],
    [{ cpu: 3 }, /cpu.*one of `0\.25`, `0\.5`, `1`, `2`, `4`, `8`, `16`/],
  ])('takes sizes that Fargate has: not %o', (streamer, message) => {
    const code = { aws: { streamer } };
    expect(() => loadConfig({ folder, environment: {}, code: code as never })).toThrow(message);
  });
});

describe('the variable of a secret', () => {
  it.each([
    ['BybitKey', 'BYBIT_KEY'],
    ['ProxyUrl', 'PROXY_URL'],
    ['Okx2Key', 'OKX2_KEY'],
    ['Secret', 'SECRET'],
  ])('of %s is %s', (secret, variable) => {
    expect(secretVariable(secret)).toBe(variable);
  });
});
