/**
 * A soak: the streamer on four simulated exchanges for an hour, or as many minutes as are named. Tells whether memory,
 * handles or gaps grow.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { exchangesWithCoverage, readCoverage, resolveCoverage } from '@feedlake/collector';
import { Lake, openStore } from '@feedlake/lake';
import { now } from '@feedlake/schema';

interface Sample {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
  readonly files: number | null;
  readonly resources: number;
  readonly rows: number;
  readonly openGaps: number;
  readonly waiting: number;
  readonly delayP99Ms: number;
  readonly warnings: readonly string[];
}

const minutes = Number(process.argv[2] ?? 60);
const everyMs = 15_000;
const channels = ['trades', 'book_deltas', 'liquidations', 'tickers', 'candles'];
const bases = ['BTC', 'ETH', 'SOL', 'XRP', 'DOGE'];

const folder = await mkdtemp(join(tmpdir(), 'feedlake-soak-'));
const venues = spawnScript('venues.ts', []);
const { urls, wsUrls } = JSON.parse(await firstLine(venues.lines)) as Record<'urls' | 'wsUrls', Record<string, string>>;
const exchanges = Object.fromEntries(
  Object.keys(urls).map((id) => [
    id,
    {
      symbols: bases.map((base) => `${base}-USDT-PERP`),
      channels,
      endpoints: { rest: urls[id], websocket: wsUrls[id] },
    },
  ]),
);
const streamer = spawnScript('streamer.ts', [JSON.stringify({ exchanges, folder, everyMs })]);
const started = now();
say(
  `${availableParallelism()} cores, Node ${process.version}, ${minutes} minutes; four simulated exchanges, ${bases.length} instruments each`,
);
say('minute   RSS MB  heap MB  external MB  files  resources      rows  open gaps  waiting  p99 ms');
const samples: Sample[] = [];
const end = setTimeout(() => streamer.process.kill('SIGTERM'), minutes * 60_000);
process.once('SIGINT', () => streamer.process.kill('SIGTERM'));
for await (const line of streamer.lines) {
  const sample = JSON.parse(line) as Sample | { complete: boolean };
  if ('complete' in sample) {
    say(sample.complete ? 'all of it is in the lake' : 'NOT all of it is in the lake');
    break;
  }
  samples.push(sample);
  for (const warning of sample.warnings) say(`  ! ${warning}`);
  if (samples.length % 8 === 1) say(lineOf(sample, (samples.length * everyMs) / 60_000));
}
clearTimeout(end);
venues.process.kill();
summarize(samples);
await tellGaps();
await rm(folder, { recursive: true, force: true });

function spawnScript(name: string, args: readonly string[]): { process: ChildProcess; lines: Interface } {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'soak', name), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { process: child, lines: createInterface({ input: child.stdout }) };
}

async function firstLine(lines: Interface): Promise<string> {
  for await (const line of lines) return line;
  throw new Error('the simulated exchanges did not start');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function lineOf(one: Sample, minute: number): string {
  const cells: [string | number, number][] = [
    [minute.toFixed(1), 6],
    [megabytes(one.rss), 9],
    [megabytes(one.heapUsed), 9],
    [megabytes(one.external), 13],
    [one.files ?? '-', 7],
    [one.resources, 11],
    [one.rows, 10],
    [one.openGaps, 11],
    [one.waiting, 9],
    [one.delayP99Ms.toFixed(1), 8],
  ];
  return cells.map(([text, width]) => String(text).padStart(width)).join('');
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}

/** Slopes by least squares over the second half, when everything is warm. */
function summarize(all: readonly Sample[]): void {
  const half = all.slice(Math.floor(all.length / 2));
  const perHour = (of: (sample: Sample) => number) => (slope(half.map(of)) * 3_600_000) / everyMs;
  say(
    `RSS ${(perHour(({ rss }) => rss) / 1e6).toFixed(1)} MB an hour, heap ${(perHour(({ heapUsed }) => heapUsed) / 1e6).toFixed(1)} MB an hour`,
  );
  say(
    `open files ${perHour(({ files }) => files ?? 0).toFixed(1)} an hour, resources ${perHour(({ resources }) => resources).toFixed(1)} an hour`,
  );
  const last = all.at(-1);
  if (last !== undefined)
    say(`${last.rows} rows, ${(last.rows / ((all.length * everyMs) / 1000)).toFixed(0)} a second`);
}

function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = values.reduce((sum, _value, at) => sum + (at - middle) ** 2, 0);
  return spread === 0 ? 0 : values.reduce((sum, value, at) => sum + (at - middle) * (value - mean), 0) / spread;
}

/** What the lake says that it lacks, the first subscriptions aside. */
async function tellGaps(): Promise<void> {
  const lake = new Lake(openStore(join(folder, 'lake')), { writer: 'soak' });
  const range = { from: started, to: now() };
  const rows = [];
  for await (const row of readCoverage(lake, { ...range, exchanges: await exchangesWithCoverage(lake, range) }))
    rows.push(row);
  const gaps = resolveCoverage(rows, range).flatMap(({ exchange, dataset, symbol, stretches }) =>
    stretches.flatMap((one) =>
      one.state === 'gap' && one.cause !== 'start' && one.cause !== 'shutdown'
        ? [`${exchange} ${dataset} ${symbol}: ${one.cause}, ${((one.to - one.from) / 1e6).toFixed(1)} s`]
        : [],
    ),
  );
  say(`${gaps.length} gaps besides the start and the end`);
  for (const gap of gaps.slice(0, 20)) say(`  ${gap}`);
}
