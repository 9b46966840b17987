import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { Lake, openStore } from '@feedlake/lake';
import { type Simulator, startSimulator } from '@feedlake/simulator';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { collect, temporaryFolder } from '../support/lake.ts';
import { type S3Server, startS3 } from '../support/radosgw.ts';
import { eventually, lively } from '../support/streaming.ts';
import { type Container, runContainer } from './run-container.ts';

const venues = ['binance', 'bybit'] as const;
const symbols = 'BTC-USDT-PERP,ETH-USDT-PERP';

/** Waits for a word of the health command. */
async function untilHealth(container: Container, code: number, words: RegExp): Promise<void> {
  let last = '';
  await eventually(
    async () => {
      if (container.hasEnded()) throw new Error(`it has ended: ${container.output()}`);
      const { code: got, output } = await container.health();
      last = output;
      return got === code && words.test(output);
    },
    () => `${last}\n${container.output()}`,
  );
}

/** Ends it as an engine does, and says how long that took, in milliseconds. */
async function stopped(container: Container): Promise<{ code: number | null; output: string; took: number }> {
  const began = performance.now();
  container.kill('SIGTERM');
  const ended = await container.ended;
  return { ...ended, took: performance.now() - began };
}

function statusOf(pid: number): Record<string, string> {
  const lines = readFileSync(`/proc/${pid}/status`, 'utf8').split('\n');
  return Object.fromEntries(lines.map((line) => line.split(':\t') as [string, string]));
}

describe('with the lake in a bucket', () => {
  let server: S3Server;
  let simulator: Simulator;

  beforeAll(async () => {
    const streams = { venues, seed: 7, symbols: 10, streams: lively } as const;
    [server, simulator] = await Promise.all([startS3(), startSimulator(streams)]);
    for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
    await new S3Client({ forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: 'lake' }));
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    await Promise.all([server.stop(), simulator.close()]);
  });

  function environment(prefix: string): Record<string, string> {
    const exchanges = venues.flatMap((id) => {
      const name = `FEEDLAKE_EXCHANGES__${id.toUpperCase()}`;
      return [
        [`${name}__SYMBOLS`, symbols],
        [`${name}__CHANNELS`, 'trades'],
        [`${name}__ENDPOINTS__REST`, simulator.urls[id]],
        [`${name}__ENDPOINTS__WEBSOCKET`, simulator.wsUrls[id]],
      ];
    });
    const others = ['hyperliquid', 'backpack'].map((id) => [
      `FEEDLAKE_EXCHANGES__${id.toUpperCase()}__ENABLED`,
      'false',
    ]);
    const snapshots = ['OPEN_INTEREST', 'FUNDING_RATES', 'INSTRUMENTS'].map((name) => [
      `FEEDLAKE_SNAPSHOTS__${name}__ENABLED`,
      'false',
    ]);
    return {
      ...server.environment,
      // The image has no list of hosts: an engine brings that.
      AWS_ENDPOINT_URL: server.environment.AWS_ENDPOINT_URL?.replace('localhost', '127.0.0.1') ?? '',
      FEEDLAKE_LAKE: `s3://lake/${prefix}`,
      FEEDLAKE_HEALTH__PORT: '0',
      ...Object.fromEntries([...exchanges, ...others, ...snapshots]),
    };
  }

  const lakeAt = (prefix: string) => new Lake(openStore(`s3://lake/${prefix}`), { writer: 'test' });

  test('it streams into it, and SIGTERM brings all of the rest there', async () => {
    const container = await runContainer({ environment: environment('drain') });
    await untilHealth(container, 0, /"status":"ok"/);
    expect(statusOf(container.pid)).toMatchObject({
      Uid: '1000\t1000\t1000\t1000',
      Gid: '1000\t1000\t1000\t1000',
      Groups: ' ',
      CapEff: '0000000000000000',
      NSpid: `${container.pid}\t1`,
    });
    // Segments are closed after two seconds, by the settings in the image.
    await eventually(
      async () => (await collect(lakeAt('drain').objects('trades'))).length >= 2,
      () => container.output(),
    );

    const { code, output, took } = await stopped(container);
    expect(code, output).toBe(0);
    expect(took).toBeLessThan(10_000);
    expect(output).toContain('ended: what was received is in the lake');
    expect(readdirSync(join(container.volumes['/var/lib/feedlake'] ?? '', 'spool'))).toEqual([]);

    for (const venue of venues) {
      const rows = await collect(lakeAt('drain').scan('trades', { exchange: venue }));
      const stored = rows.map((row) => `${row.venue_symbol} ${row.trade_id}`);
      expect(new Set(stored).size, venue).toBe(stored.length);
      const truth = simulator.truth.records({ venue, dataset: 'trades', kind: 'stream' });
      const sent = truth.map(({ symbol, fields }) => `${symbol} ${fields.a ?? fields.i}`);
      const inLake = new Set(stored);
      const received = sent.slice(
        sent.findIndex((one) => inLake.has(one)),
        sent.findLastIndex((one) => inLake.has(one)) + 1,
      );
      expect(received.length).toBeGreaterThan(20);
      const wanted = received.filter((one) => /^(?:BTC|ETH)USDT /.test(one));
      expect(
        wanted.filter((one) => !inLake.has(one)),
        venue,
      ).toEqual([]);
      expect(
        stored.filter((one) => !new Set(sent).has(one)),
        venue,
      ).toEqual([]);
    }
  });

  test('health turns red when feeds die, while it is worth to go on, and green again', async () => {
    const container = await runContainer({ environment: environment('faults') });
    await untilHealth(container, 0, /"status":"ok"/);
    for (const venue of venues) {
      await simulator.faults.add({ kind: 'refuse', venue });
      await simulator.faults.add({ kind: 'close-all', venue });
    }
    await untilHealth(container, 1, /"status":"failing"/);
    expect(await container.exec(['node', '/app/health.js', 'live'])).toEqual({ code: 0, output: '{"live":true}\n' });
    expect(await container.exec(['node', '/app/health.js', 'ready'])).toEqual({ code: 1, output: '{"ready":false}\n' });
    await simulator.faults.clear();
    await untilHealth(container, 0, /"status":"(?:ok|degraded)"/);
    expect((await stopped(container)).code).toBe(0);
  });
});

test('up --simulate works as it comes, without a network, on a root file system that can not be written to', async () => {
  const token = { name: 'nobody', sha256: '0'.repeat(64) };
  const plain = join(temporaryFolder(), 'feedlake.yaml');
  writeFileSync(plain, '');
  const container = await runContainer({
    command: ['up', '--simulate'],
    environment: { FEEDLAKE_API__ENABLED: 'true', FEEDLAKE_API__TOKENS: JSON.stringify([token]) },
    volumes: { '/feedlake.yaml': plain },
    isolated: true,
  });
  await untilHealth(container, 0, /"status":"ok"/);
  expect(await container.exec(['touch', '/app/file'])).toMatchObject({
    code: 1,
    output: expect.stringContaining('Read-only'),
  });
  expect(await container.exec(['feedlake', 'daemon', 'status', '--simulate'])).toMatchObject({ code: 0 });
  const fetched = (path: string) => [
    'node',
    '--eval',
    `fetch('http://127.0.0.1:8080${path}').then(async (reply) => console.log(reply.status, (await reply.bytes()).length > 0))`,
  ];
  for (const path of ['/docs', '/docs/swagger-ui-bundle.js', '/docs/swagger-ui.css', '/docs/favicon-32x32.png']) {
    expect(await container.exec(fetched(path)), path).toEqual({ code: 0, output: '200 true\n' });
  }
  const { code, output } = await stopped(container);
  expect(code, output).toBe(0);
  const lake = new Lake(openStore(container.volumes['/demo-lake'] ?? ''), { writer: 'test' });
  const rows = await collect(lake.scan('trades', { exchange: 'binance' }));
  expect(rows.length).toBeGreaterThan(0);
  expect(new Set(rows.map((row) => row.source))).toEqual(new Set(['simulated']));
  expect(readdirSync(container.volumes['/lake'] ?? '')).toEqual([]);
});
