import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import {
  createLogger,
  type HealthReport,
  type HealthServerOptions,
  ListenError,
  type Listening,
  Metrics,
  startHealthServer,
} from '@feedlake/telemetry';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../../support/manual-clock.ts';
import { at } from '../../support/rows.ts';

/** As they are before the first server. */
const { Request, Response } = globalThis;

const well: HealthReport = {
  live: true,
  ready: true,
  since: at('2026-10-15T12:00'),
  writer: 'main',
  version: '0.1.0',
  problems: [],
  feeds: [],
  schedules: [],
  segments: null,
};

/** A server on any free port; it ends with the test. */
async function started(options: Partial<HealthServerOptions> = {}): Promise<Listening> {
  const server = await startHealthServer({
    host: '127.0.0.1',
    port: 0,
    read: () => well,
    metrics: new Metrics(),
    ...options,
  });
  onTestFinished(() => server.close());
  return server;
}

const statuses = (url: string) =>
  Promise.all(['/health', '/health/live', '/health/ready'].map(async (path) => (await fetch(`${url}${path}`)).status));

test('the report as JSON, on the port that was free', async () => {
  const { url, host, port } = await started();
  expect([host, url]).toEqual(['127.0.0.1', `http://127.0.0.1:${port}`]);
  expect(port).toBeGreaterThan(0);
  const reply = await fetch(`${url}/health`);
  expect(reply.status).toBe(200);
  expect(reply.headers.get('content-type')).toMatch(/^application\/json/);
  expect(reply.headers.get('cache-control')).toBe('no-store');
  expect(await reply.json()).toEqual({ status: 'ok', ...well, since: '2026-10-15T12:00:00.000Z' });
  const head = await fetch(`${url}/health`, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
});

test.each<[string, Partial<HealthReport>, number[]]>([
  ['well', {}, [200, 200, 200]],
  ['starting', { ready: false }, [200, 200, 503]],
  ['unable to write', { problems: ['the disk is full'] }, [503, 200, 503]],
  ['beyond help', { live: false }, [503, 503, 503]],
])('a process that is %s', async (_what, more, expected) => {
  const { url } = await started({ read: () => ({ ...well, ...more }) });
  expect(await statuses(url)).toEqual(expected);
});

test('every request is answered with the state of its moment', async () => {
  let report = well;
  const { url } = await started({ read: () => report });
  expect(await statuses(url)).toEqual([200, 200, 200]);
  report = { ...well, problems: ['the lake can not be written to'] };
  expect(await statuses(url)).toEqual([503, 200, 503]);
});

test('the metrics in the format of Prometheus', async () => {
  const metrics = new Metrics();
  const { url } = await started({ metrics });
  metrics.rest({ exchange: 'bybit', outcome: 'ok', seconds: 0.2, bytes: 100, isRetry: false });
  const reply = await fetch(`${url}/metrics`);
  expect(reply.headers.get('content-type')).toBe(metrics.contentType);
  expect(await reply.text()).toContain('feedlake_rest_requests_total{exchange="bybit",outcome="ok"} 1');
});

test.each([
  ['GET', '/'],
  ['GET', '/healthz'],
  ['GET', '/health/../../etc/passwd'],
  ['POST', '/health'],
])('%s %s: not found, as JSON', async (method, path) => {
  const { url } = await started();
  const reply = await fetch(`${url}${path}`, { method });
  expect(reply.status).toBe(404);
  expect(await reply.json()).toEqual({
    error: 'not found',
    paths: ['/health', '/health/live', '/health/ready', '/metrics'],
  });
});

test('a state that can not be read is a failure, without its words', async () => {
  const lines: string[] = [];
  const { url } = await started({
    read() {
      throw new Error('socks5://ann:hunter2@proxy');
    },
    logger: createLogger({ stream: { write: (line) => lines.push(line) } }),
  });
  const reply = await fetch(`${url}/health`);
  expect(reply.status).toBe(503);
  expect(await reply.text()).not.toContain('hunter2');
  expect(await statuses(url)).toEqual([503, 503, 503]);
  expect(lines[0]).toContain('could not be read');
});

test('a port that is taken is said by the name of its setting', async () => {
  const { port } = await started();
  const again = started({ port });
  await expect(again).rejects.toThrow(ListenError);
  await expect(again).rejects.toMatchObject({
    message: expect.stringMatching(new RegExp(`^health\\.port: port ${port} of 127\\.0\\.0\\.1 is taken`)),
  });
});

test('a port that something else has taken, too', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  await expect(started({ port })).rejects.toThrow(/^health\.port: /);
});

test('an address that is not of this machine is said by the name of its setting', async () => {
  // 192.0.2.0/24 is for documentation (RFC 5737): no machine has it.
  await expect(started({ host: '192.0.2.1' })).rejects.toMatchObject({
    name: 'ListenError',
    message: expect.stringMatching(/^health\.host: 192\.0\.2\.1 is no address of this machine/),
  });
});

test('closing does not wait for connections: idle, kept alive, or in the middle of a request', async () => {
  const server = await started();
  const sockets: Socket[] = [];
  const ended: Socket[] = [];
  const open = async (text: string) => {
    const socket = connect(server.port, '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('close', () => ended.push(socket));
    await new Promise<void>((resolve) => socket.write(text === '' ? '' : text, () => resolve()));
    return socket;
  };
  const kept = await open('GET /health HTTP/1.1\r\nhost: x\r\nconnection: keep-alive\r\n\r\n');
  await new Promise((resolve) => kept.once('data', resolve));
  await open('GET /health HTTP/1.1\r\nhost: x\r\n');
  await open('');
  await (await fetch(`${server.url}/health`)).text();
  await server.close();
  await until(() => ended.length === sockets.length, 'the end of every connection');
  await expect(fetch(`${server.url}/health`)).rejects.toThrow();
});

test('the process’s own Request and Response are left alone', async () => {
  const { url } = await started();
  await fetch(`${url}/health`);
  expect(globalThis.Request).toBe(Request);
  expect(globalThis.Response).toBe(Response);
});
