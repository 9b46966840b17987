import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bytes, jsonSchema, loadConfig, milliseconds } from '@feedlake/config';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { load, problemsOf } from './folder.ts';

const root = new URL('../../../', import.meta.url);

it('keeps docs/configuration.md and feedlake.schema.json in step with the schema', () => {
  const script = fileURLToPath(new URL('packages/config/scripts/docs.ts', root));
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

it('describes every key', () => {
  const undescribed: string[] = [];
  const walk = (node: ReturnType<typeof jsonSchema>, path: string): void => {
    if (path !== '' && !path.endsWith('>') && node.description === undefined) undescribed.push(path);
    for (const [key, child] of Object.entries(node.properties ?? {})) walk({ title: '', ...child }, `${path}.${key}`);
    if (typeof node.additionalProperties === 'object')
      walk({ title: '', ...node.additionalProperties }, `${path}.<id>`);
  };
  walk(jsonSchema(), '');
  expect(undescribed).toEqual([]);
});

it('has an example file that is valid, and says which schema it follows', () => {
  const file = fileURLToPath(new URL('feedlake.example.yaml', root));
  expect(readFileSync(file, 'utf8')).toMatch(/^# yaml-language-server: \$schema=\.\/feedlake\.schema\.json\n/);
  const { config } = loadConfig({ file, environment: {} });
  expect(config.exchanges.okx?.engine).toBe('ccxt');
  const schema = z.fromJSONSchema(JSON.parse(readFileSync(new URL('feedlake.schema.json', root), 'utf8')));
  expect(schema.safeParse(JSON.parse(JSON.stringify(config))).error).toBeUndefined();
});

it("gives editors the adapters' options too", () => {
  const extensions = { backpack: z.strictObject({ window: z.int().default(5000).describe('Window of a signature') }) };
  const options = jsonSchema(extensions).properties?.exchanges?.properties?.backpack?.properties?.options;
  expect(options?.properties?.window).toMatchObject({ default: 5000, description: 'Window of a signature' });
});

it('reads durations and sizes in milliseconds and bytes', () => {
  expect(['500ms', '10s', '5m', '1h', '1d'].map(milliseconds)).toEqual([500, 10_000, 300_000, 3_600_000, 86_400_000]);
  expect([1, '64MB', '64MiB', '1kB'].map(bytes)).toEqual([1, 64_000_000, 67_108_864, 1000]);
  for (const text of ['10', '1.5s', '0s', '-1s', '1 s', '']) expect(() => milliseconds(text)).toThrow(RangeError);
  expect(() => bytes('64 MB')).toThrow(RangeError);
});

it.each(['1m', '5m', '1h', '*/5 * * * *', '0 0,12 1-15 JAN-MAR MON', '15 3 * * 7'])(
  'takes the schedule %s',
  (every) => {
    expect(load(`snapshots: {open_interest: {every: '${every}'}}`).config.snapshots.open_interest.every).toBe(every);
  },
);

it.each(['5', '0m', '* * * *', '60 * * * *', '* 24 * * *', '* * 0 * *', '* * * 13 *', '* * * * 8', '*/0 * * * *'])(
  'refuses the schedule %s',
  (every) => {
    expect(problemsOf(() => load(`snapshots: {open_interest: {every: '${every}'}}`))).toHaveLength(1);
  },
);
