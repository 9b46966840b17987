import { readdirSync, readFileSync, statSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { temporaryFolder } from '../support/lake.ts';
import { buildah } from './buildah.ts';

const { name, config, root, secret } = inject('image');
const app = join(root, 'app');

/** Every file of the program, by its path in `/app`. */
const files = readdirSync(app, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(app.length + 1));

test('the Dockerfile has nothing that a linter complains about', () => {
  const dockerfile = readFileSync(join(import.meta.dirname, '../../streamer/Dockerfile'), 'utf8');
  expect(validate(dockerfile)).toEqual([]);
  expect(validate('FROM node:24\nEXPOSE none\nCOPY a\n')).toHaveLength(2);
});

test('what the image says about how it is run', () => {
  expect(config).toMatchObject({
    User: '1000:1000',
    Entrypoint: ['node', '/app/main.js'],
    Cmd: ['up'],
    WorkingDir: '/',
    StopSignal: 'SIGTERM',
    Volumes: { '/var/lib/feedlake': {}, '/lake': {}, '/demo-lake': {} },
    ExposedPorts: { '9464/tcp': {}, '8080/tcp': {} },
    Healthcheck: {
      Test: ['CMD', 'node', '/app/health.js'],
      Interval: 30e9,
      Timeout: 5e9,
      StartPeriod: 60e9,
      Retries: 3,
    },
    Labels: { 'org.opencontainers.image.title': 'feedlake', 'org.opencontainers.image.licenses': 'MIT' },
  });
  expect(config.Env).toEqual(
    expect.arrayContaining([
      'NODE_ENV=production',
      'FEEDLAKE_STATE_DIR=/var/lib/feedlake',
      'FEEDLAKE_HEALTH__HOST=0.0.0.0',
    ]),
  );
  for (const volume of Object.keys(config.Volumes))
    expect(statSync(join(root, volume))).toMatchObject({ uid: 1000, gid: 1000 });
});

test('the program is a bundle with DuckDB beside it: no sources, no tool, no package manager', () => {
  const packages = new Set(
    files.flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.slice(1, 2) ?? []),
  );
  expect([...packages].sort()).toEqual([
    '@duckdb/node-api',
    '@duckdb/node-bindings',
    `@duckdb/node-bindings-linux-${process.arch}`,
    'detect-libc',
    'swagger-ui-dist',
  ]);
  expect(files).toEqual(expect.arrayContaining(['main.js', 'health.js', 'seal-worker.js', 'parquet_wasm_bg.wasm']));
  expect(files.filter((file) => /\.(?:[cm]?ts|tsx|yaml|sh)$/.test(file))).toEqual([]);
  expect(statSync(join(app, 'health.js')).size).toBeLessThan(4_000);
  for (const tool of ['vitest', 'typescript', 'esbuild', 'tardis-dev']) {
    const holds = files.filter(
      (file) => /\.js$/.test(file) && readFileSync(join(app, file), 'utf8').includes(`node_modules/${tool}/`),
    );
    expect(holds, tool).toEqual([]);
  }
});

test('what the program writes belongs to it, the program does not', () => {
  for (const file of files) expect(statSync(join(app, file)).uid, file).toBe(0);
});

test('source maps lead to the sources, and hold no library', () => {
  const maps = files
    .filter((file) => /^[^/]+\.map$/.test(file))
    .map((file) => JSON.parse(readFileSync(join(app, file), 'utf8')));
  const sources = maps.flatMap((map) => map.sources as string[]);
  expect(sources.length).toBeGreaterThan(200);
  expect(sources.filter((source) => source.includes('node_modules'))).toEqual([]);
  const words = 'the thread that seals has ended';
  const file =
    files.find((one) => /^[^/]+\.js$/.test(one) && readFileSync(join(app, one), 'utf8').includes(words)) ?? '';
  const lines = readFileSync(join(app, file), 'utf8').split('\n');
  const line = lines.findIndex((text) => text.includes(words));
  const map = new SourceMap(JSON.parse(readFileSync(join(app, `${file}.map`), 'utf8')));
  expect(map.findEntry(line, lines[line]?.indexOf(words) ?? 0)).toMatchObject({
    originalSource: expect.stringMatching(/\/packages\/lake\/src\/spool\/sealer\.ts$/),
  });
});

test('what lay about where it was built, and what the build was given, is in none of its layers', async () => {
  const folder = temporaryFolder();
  await buildah(['push', '--quiet', '--disable-compression', name, `dir:${folder}`]);
  const layers = readdirSync(folder).map((file) => readFileSync(join(folder, file)));
  const holds = (text: string) => layers.some((bytes) => bytes.includes(text));
  expect(holds('the thread that seals has ended')).toBe(true);
  expect(holds(secret)).toBe(false);
});

test('settings that the repository has are put in', () => {
  expect(readFileSync(join(root, 'feedlake.yaml'), 'utf8')).toContain('max_age: 2s');
});

describe('run by buildah', () => {
  let container: string;

  beforeAll(async () => {
    container = await buildah(['from', '--pull-never', name]);
  });

  afterAll(async () => {
    await buildah(['rm', container]);
  });

  test.each([
    ['says its version', ['feedlake', '--version'], /^\d+\.\d+\.\d+$/],
    ['compacts', ['node', '/app/main.js', 'compact', '--help'], /^Usage: feedlake compact/],
    ['queries, with DuckDB', ['feedlake', 'query', 'select 6 * 7 as answer', '--format', 'csv'], /^answer\r?\n42$/],
  ])('it %s', async (_what, command, says) => {
    expect(await buildah(['run', '--isolation', 'chroot', container, '--', ...command])).toMatch(says);
  });
});
