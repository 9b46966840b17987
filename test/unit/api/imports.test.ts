import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

test('what an answer seldom needs is not loaded before it does', async () => {
  const root = join(import.meta.dirname, '../../..');
  const { metafile } = await build({
    absWorkingDir: root,
    stdin: { contents: "export { createApi } from '@feedlake/api'", resolveDir: join(root, 'packages/cli') },
    bundle: true,
    splitting: true,
    outdir: 'out',
    platform: 'node',
    format: 'esm',
    metafile: true,
    write: false,
    external: ['ccxt', '@duckdb/node-api', 'protobufjs', 'protobufjs/*'],
    logLevel: 'silent',
  });
  const loaded = new Set<string>();
  const files = new Set<string>();
  const load = (chunk: string): void => {
    if (loaded.has(chunk)) return;
    loaded.add(chunk);
    for (const file of Object.keys(metafile.outputs[chunk]?.inputs ?? {})) files.add(file);
    for (const { path, kind } of metafile.outputs[chunk]?.imports ?? []) if (kind === 'import-statement') load(path);
  };
  load(Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === '<stdin>')?.[0] ?? '');
  const all = [...files, ...loaded].join('\n');
  expect(all).toContain('packages/api/src/create-api.ts');
  for (const late of [
    'parquet-wasm',
    'apache-arrow',
    '@duckdb',
    '@aws-sdk',
    'ccxt/js',
    '@hono/node-server',
    'swagger-ui-dist',
  ]) {
    expect(all).not.toContain(late);
  }
  expect(loaded).not.toContain('ccxt');
});
