/**
 * Open interest of all symbols of four simulated exchanges: by feedlake, stored as Parquet, and by ccxt, in one run.
 * The exchanges run in a process of their own, so that the CPU time is the collectors' alone.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openVenue, takeSnapshot } from '@feedlake/collector';
import { loadConfig } from '@feedlake/config';
import { Lake, openStore, snapshotName } from '@feedlake/lake';
import { now } from '@feedlake/schema';
import { silentLogger } from '@feedlake/telemetry';
import { sweepThroughCcxt } from './ccxt-sweep.ts';

type Urls = Readonly<Record<string, string>>;

interface Measured {
  readonly name: string;
  readonly rows: number;
  readonly requests: number;
  readonly wallMs: number;
  readonly cpuMs: number;
}

async function startVenues(): Promise<{ urls: Urls; requestCount(): Promise<number>; stop(): void }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'venues.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [first] = (await once(lines, 'line')) as [string];
  return {
    urls: JSON.parse(first) as Urls,
    async requestCount() {
      const answer = once(lines, 'line');
      child.stdin.write('count\n');
      const [count] = (await answer) as [string];
      return Number(count);
    },
    stop: () => child.kill(),
  };
}

async function sweepByFeedlake(urls: Urls, folder: string): Promise<number> {
  const { signal } = new AbortController();
  const { config } = loadConfig({
    environment: {},
    folder,
    flags: Object.entries(urls).map(([id, url]) => ({
      name: 'bench',
      path: `exchanges.${id}.endpoints.rest`,
      value: url,
    })),
  });
  const lake = new Lake(openStore(join(folder, 'lake')), { writer: 'bench' });
  const time = now();
  const counts = await Promise.all(
    Object.keys(urls).map(async (id) => {
      const venue = openVenue(config, id, silentLogger, signal);
      const { rows, failures } = await takeSnapshot(venue, 'open_interest', {
        symbols: 'all',
        scheduled: time,
        signal,
      });
      if (failures.length > 0) throw new Error(`${id}: ${failures[0]?.message}`);
      await lake.write('open_interest', id, snapshotName(time), rows);
      await venue.close();
      return rows.length;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

async function measure(
  name: string,
  venues: { requestCount(): Promise<number> },
  work: () => Promise<number>,
): Promise<Measured> {
  const before = await venues.requestCount();
  const cpu = process.cpuUsage();
  const started = performance.now();
  const rows = await work();
  const wallMs = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  return { name, rows, requests: (await venues.requestCount()) - before, wallMs, cpuMs: (user + system) / 1000 };
}

const folder = await mkdtemp(join(tmpdir(), 'feedlake-bench-'));
const venues = await startVenues();
try {
  await sweepByFeedlake(venues.urls, join(folder, 'warm-up'));
  const results = [
    await measure('feedlake, into Parquet', venues, () => sweepByFeedlake(venues.urls, folder)),
    await measure('ccxt, its rate limiter off', venues, () => sweepThroughCcxt(venues.urls, { limited: false })),
    await measure('ccxt, as it comes', venues, () => sweepThroughCcxt(venues.urls, { limited: true })),
  ];
  const ours = results[0] as Measured;
  process.stdout.write('Open interest of all symbols of four simulated exchanges\n');
  process.stdout.write(
    '| sweep | rows | requests | wall ms | CPU ms | wall, ratio | CPU, ratio |\n|---|---|---|---|---|---|---|\n',
  );
  for (const { name, rows, requests, wallMs, cpuMs } of results) {
    const ratios = [wallMs / ours.wallMs, cpuMs / ours.cpuMs].map((ratio) => ratio.toFixed(2));
    process.stdout.write(
      `| ${[name, rows, requests, Math.round(wallMs), Math.round(cpuMs), ...ratios].join(' | ')} |\n`,
    );
  }
} finally {
  venues.stop();
  await rm(folder, { recursive: true });
}
