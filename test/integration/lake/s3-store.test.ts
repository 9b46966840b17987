import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openStore } from '@feedlake/lake';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { collect } from '../../support/lake.ts';

interface Reply {
  status: number;
  code?: string;
}

/** A server that answers with the given replies, in their order and then the last, and notes what it was asked. */
async function scriptedServer(...replies: Reply[]) {
  const requests: { method: string; path: string; ifNoneMatch: string | undefined }[] = [];
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const { method = '', url = '', headers } = request;
      requests.push({ method, path: url, ifNoneMatch: headers['if-none-match'] });
      const { status, code } = replies[Math.min(requests.length, replies.length) - 1] ?? { status: 500 };
      response.writeHead(status, { 'content-type': 'application/xml' });
      response.end(code === undefined ? '' : `<Error><Code>${code}</Code><Message>no</Message></Error>`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    vi.unstubAllEnvs();
  });
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ENDPOINT_URL', `http://localhost:${(server.address() as AddressInfo).port}`);
  return { store: openStore('s3://lake/prefix'), requests };
}

describe('the S3 store', () => {
  it('writes on condition, with the bucket in the path, and tries again after a conflict', async () => {
    const conflict = { status: 409, code: 'ConditionalRequestConflict' };
    const { store, requests } = await scriptedServer(conflict, conflict, { status: 200 });
    expect(await store.create('v1/x.parquet', new Uint8Array(5))).toBe('created');
    expect(requests).toHaveLength(3);
    expect(requests[2]).toMatchObject({ method: 'PUT', ifNoneMatch: '*' });
    expect(requests[2]?.path).toMatch(/^\/lake\/prefix\/v1\/x\.parquet/);
  });

  it('takes a failed condition for success, also after a conflict', async () => {
    const { store } = await scriptedServer(
      { status: 409, code: 'ConditionalRequestConflict' },
      { status: 412, code: 'PreconditionFailed' },
    );
    expect(await store.create('x', new Uint8Array(5))).toBe('exists');
  });

  it.each([
    [{ status: 501, code: 'NotImplemented' }, 'unsupported', /no conditional writes/],
    [{ status: 403, code: 'AccessDenied' }, 'access_denied', /s3:PutObject/],
    [{ status: 403, code: 'ExpiredToken' }, 'credentials', /AWS_SESSION_TOKEN/],
    [{ status: 301, code: 'PermanentRedirect' }, 'region', /AWS_REGION/],
    [{ status: 400, code: 'SomethingNew' }, 'failed', /SomethingNew/],
  ])('says what to change after %o', async (reply, fault, message) => {
    const { store } = await scriptedServer(reply);
    const expected = { name: 'StoreError', fault, message: expect.stringMatching(message) };
    await expect(store.create('x', new Uint8Array(1))).rejects.toMatchObject(expected);
    if (reply.status !== 501) await expect(collect(store.list(''))).rejects.toMatchObject(expected);
  });

  it('knows a reply without a body by its status', async () => {
    await expect((await scriptedServer({ status: 404 })).store.size('x')).rejects.toMatchObject({ fault: 'not_found' });
    await expect((await scriptedServer({ status: 403 })).store.size('x')).rejects.toMatchObject({
      fault: 'access_denied',
    });
  });
});
