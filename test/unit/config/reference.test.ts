import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bytes, jsonSchema, loadConfig, milliseconds, type SchemaNode } from '@feedlake/config';
import { ccxtIds, nativeAdapters, nativeOptions } from '@feedlake/exchanges';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const root = new URL('../../../', import.meta.url);

it('keeps docs/configuration.md and feedlake.schema.json in step with the schema', () => {
  const script = fileURLToPath(new URL('packages/config/scripts/docs.ts', root));
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

it('describes every key', () => {
  const undescribed: string[] = [];
  const walk = (node: SchemaNode, path: string): void => {
    if (path !== '' && !path.endsWith('>') && node.description === undefined) undescribed.push(path);
    for (const [key, child] of Object.entries(node.properties ?? {})) walk(child, `${path}.${key}`);
    if (typeof node.additionalProperties === 'object') walk(node.additionalProperties, `${path}.<id>`);
  };
  walk(jsonSchema(), '');
  expect(undescribed).toEqual([]);
});

it('has an example file that is valid, and says which schema it follows', () => {
  const file = fileURLToPath(new URL('feedlake.example.yaml', root));
  expect(readFileSync(file, 'utf8')).toMatch(/^# yaml-language-server: \$schema=\.\/feedlake\.schema\.json\n/);
  const venues = [...Object.keys(nativeAdapters), ...ccxtIds];
  const { config } = loadConfig({ file, environment: {}, extensions: nativeOptions, venues });
  expect(config.exchanges.okx?.engine).toBe('ccxt');
  expect(config.exchanges.bybit?.options).toEqual({ book_depth: 50 });
});

const editor = z.fromJSONSchema(JSON.parse(readFileSync(new URL('feedlake.schema.json', root), 'utf8')));

it('tells editors what a file may hold, references to variables included', () => {
  const example = parse(readFileSync(new URL('feedlake.example.yaml', root), 'utf8'));
  expect(editor.safeParse(example).error).toBeUndefined();
  const accepts = (yaml: string) => editor.safeParse(parse(yaml)).success;
  expect(
    accepts(`health: {port: '\${PORT:-0}'}\nexchanges: {okx: {channels: '\${CHANNELS}', enabled: '\${ON}'}}`),
  ).toBe(true);
  expect(accepts('health: {port: "many"}')).toBe(false);
  expect(accepts('exchanges: {okx: {chanels: []}}')).toBe(false);
  expect(accepts('proxy: {default: {rest: "ftp://proxy.example:21"}}')).toBe(false);
  expect(accepts('exchanges: {bybit: {options: {book_depth: 7}}}')).toBe(false);
  expect(accepts('exchanges: {bybit: {engine: ccxt, options: {defaultType: swap}}}')).toBe(true);
});

it("has the adapters' own options on the page", () => {
  const page = readFileSync(new URL('docs/configuration.md', root), 'utf8');
  for (const [id, adapter] of Object.entries(nativeAdapters)) {
    for (const key of Object.keys(adapter.options.parse({})))
      expect(page).toContain(`\n| \`exchanges.${id}.options.${key}\` |`);
  }
  expect(page).toContain('`exchanges.bybit.options.book_depth`');
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
