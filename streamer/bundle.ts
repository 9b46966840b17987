/** `node streamer/bundle.ts FOLDER`: the program as few files, with source maps; `beside.ts` brings what stands beside it. */
import { chmod, copyFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';
import { packagesBeside } from './bundle/beside.ts';
import { namedExports } from './bundle/named-exports.ts';
import { ownMaps } from './bundle/own-maps.ts';
import { findWorkers, workerUrls } from './bundle/workers.ts';

const root = join(import.meta.dirname, '..');
const [, , target] = process.argv;
if (target === undefined) throw new TypeError('node streamer/bundle.ts FOLDER');
const app = join(target, 'app');

const entries = ['streamer/main.ts', 'streamer/health.ts', ...(await findWorkers(root))];

await build({
  absWorkingDir: root,
  entryPoints: entries.map((path) => ({ in: path, out: path.replace(/^.*\/|\.ts$/g, '') })),
  outdir: app,
  bundle: true,
  // What is loaded late, as ccxt, stays in files of its own.
  splitting: true,
  chunkNames: '[name]-[hash]',
  platform: 'node',
  format: 'esm',
  target: 'node24',
  // A CommonJS module that is loaded late would have lost its names: where a library has both kinds, take the other.
  mainFields: ['module', 'main'],
  // ccxt asks for protobufjs where it signs orders or streams: neither is done through it here, and it is not installed.
  external: [...packagesBeside.map(({ name }) => name), 'protobufjs', 'protobufjs/*'],
  minifyWhitespace: true,
  minifySyntax: true,
  // Node shows the line of an error that nobody caught.
  lineLimit: 160,
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'linked',
  // Libraries of CommonJS ask for these two.
  banner: {
    js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);",
  },
  define: { __dirname: 'import.meta.dirname' },
  plugins: [workerUrls, namedExports, ownMaps],
  logLevel: 'warning',
});

// parquet-wasm reads it from where its code stands.
const { resolve } = createRequire(join(root, 'packages/lake/package.json'));
await copyFile(resolve('parquet-wasm/node/parquet_wasm_bg.wasm'), join(app, 'parquet_wasm_bg.wasm'));
await writeFile(join(app, 'package.json'), `${JSON.stringify({ private: true, type: 'module' })}\n`);
await chmod(join(app, 'main.js'), 0o755);
