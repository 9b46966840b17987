import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { openStore, type S3Options, type Store } from '@feedlake/lake';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { collect } from '../../support/lake.ts';

interface Kept {
  readonly bytes: Buffer;
  readonly metadata: Record<string, string>;
}

/** What becomes of a request: `pass`, an answer instead, or something worse. */
type Fate =
  | 'pass'
  | 'lose the answer'
  | 'never answer'
  | 'break off'
  | 'stand still'
  | { status: number; code: string };

/**
 * A server that keeps objects as S3 does: conditional creation, checksums, metadata. What becomes of each request is decided by
 * a list, after whose end all pass.
 */
async function s3(fates: readonly Fate[], options: S3Options = {}) {
  const objects = new Map<string, Kept>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const fate = fates[requests.length] ?? 'pass';
    requests.push(`${method} ${typeof fate === 'string' ? fate : fate.status}`);
    const body = await buffer(request);
    if (fate === 'never answer') return;
    if (typeof fate === 'object') return reply(response, fate.status, fate.code);
    const path = new URL(url, 'http://x').pathname;
    const kept = objects.get(path);
    if (method === 'PUT') {
      const sum = Buffer.alloc(4);
      sum.writeUInt32BE(crc32(body));
      if (headers['x-amz-checksum-crc32'] !== sum.toString('base64')) return reply(response, 400, 'BadDigest');
      if (kept !== undefined && headers['if-none-match'] === '*') return reply(response, 412, 'PreconditionFailed');
      const own = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
      objects.set(path, {
        bytes: body,
        metadata: Object.fromEntries(own.map(([name, value]) => [name, String(value)])),
      });
      if (fate === 'lose the answer') return void response.destroy();
      return reply(response, 200);
    }
    if (kept === undefined) return reply(response, 404, 'NoSuchKey');
    response.writeHead(200, { ...kept.metadata, 'content-length': kept.bytes.length });
    if (method === 'HEAD') return void response.end();
    if (fate !== 'break off' && fate !== 'stand still') return void response.end(kept.bytes);
    response.write(kept.bytes.subarray(0, 10), () => fate === 'break off' && response.destroy());
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { store: storeAt((server.address() as AddressInfo).port, options), objects, requests };
}

function reply(response: ServerResponse, status: number, code?: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(code === undefined ? '' : `<Error><Code>${code}</Code><Message>no</Message></Error>`);
}

function storeAt(port: number, options: S3Options): Store {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_REGION', 'us-east-1');
  onTestFinished(() => void vi.unstubAllEnvs());
  return openStore('s3://lake/prefix', { s3: { endpoint: `http://127.0.0.1:${port}`, ...options } });
}

const content = Buffer.from('0123456789'.repeat(100));
const slowDown = { status: 503, code: 'SlowDown' };
const internal = { status: 500, code: 'InternalError' };

describe('a store on S3', () => {
  it('sends again after slow down, errors of the server and conflicts', async () => {
    const { store, objects, requests } = await s3([
      slowDown,
      internal,
      { status: 409, code: 'ConditionalRequestConflict' },
    ]);
    expect(await store.create('x', content)).toBe('created');
    expect(requests).toEqual(['PUT 503', 'PUT 500', 'PUT 409', 'PUT pass']);
    expect(objects.get('/lake/prefix/x')?.bytes).toEqual(content);
    const other = await s3(['pass', slowDown, 'pass', internal]);
    await other.store.create('x', content);
    expect(new Uint8Array(await other.store.read('x'))).toEqual(new Uint8Array(content));
    expect(await other.store.size('x')).toBe(content.length);
    expect(other.requests).toEqual(['PUT pass', 'GET 503', 'GET pass', 'HEAD 500', 'HEAD pass']);
  });

  it('gives up at last, and says why', async () => {
    const { store, requests } = await s3(
      Array.from({ length: 9 }, () => slowDown),
      { attempts: 2 },
    );
    await expect(store.create('x', content)).rejects.toMatchObject({
      fault: 'unreachable',
      message: expect.stringContaining('fewer requests'),
    });
    expect(requests).toHaveLength(2);
  });

  it('knows an object as its own whose creation was not answered, and one of another as such', async () => {
    const { store, requests } = await s3(['lose the answer']);
    expect(await store.create('x', content)).toBe('created');
    expect(requests).toEqual(['PUT lose the answer', 'PUT pass', 'HEAD pass']);
    const other = await s3([]);
    expect(await other.store.create('x', Buffer.from('another'))).toBe('created');
    expect(await other.store.create('x', content)).toBe('exists');
    expect(other.requests).toEqual(['PUT pass', 'PUT pass']);
    const both = await s3(['pass', internal]);
    expect(await both.store.create('x', Buffer.from('another'))).toBe('created');
    expect(await both.store.create('x', content)).toBe('exists');
    expect(await both.store.read('x')).toEqual(new Uint8Array(Buffer.from('another')));
  });

  it('does not wait for ever: for an answer, a body, or a connection', async () => {
    const { store, requests } = await s3(['never answer', 'pass', 'stand still', 'break off'], { idleMs: 100 });
    expect(await store.create('x', content)).toBe('created');
    expect(new Uint8Array(await store.read('x'))).toEqual(new Uint8Array(content));
    expect(requests).toEqual(['PUT never answer', 'PUT pass', 'GET stand still', 'GET break off', 'GET pass']);
  });

  it('gives up an upload that nobody takes', async () => {
    let connections = 0;
    // It accepts, and reads nothing: the upload gets as far as the buffers of the network go.
    const server = createSocketServer({ pauseOnConnect: true }, () => {
      connections += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const store = storeAt((server.address() as AddressInfo).port, { idleMs: 50 });
    await expect(store.create('x', new Uint8Array(20_000_000))).rejects.toMatchObject({ fault: 'unreachable' });
    expect(connections).toBeGreaterThan(1);
  });

  it('tells what arrived broken', async () => {
    const { store } = await s3([{ status: 400, code: 'BadDigest' }]);
    await expect(store.create('x', content)).rejects.toMatchObject({
      message: expect.stringContaining('not what was sent'),
    });
  });

  it('lists again after an error', async () => {
    const { store, requests } = await s3([slowDown, { status: 404, code: 'NoSuchBucket' }]);
    await expect(collect(store.list(''))).rejects.toMatchObject({ fault: 'no_bucket' });
    expect(requests).toHaveLength(2);
  });
});
