import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { hour, isoTime, now, parseIsoTime } from '@feedlake/schema';
import { describe, expect, test } from 'vitest';
import { token } from '../infra/offline/stages.ts';
import { collect } from '../support/lake.ts';
import { fixture } from './support/fixture.ts';
import type { RunningFunction } from './support/lambda.ts';
import { FunctionError } from './support/runtime-api.ts';

const aws = fixture();

interface Request {
  readonly method?: string;
  readonly path: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What a function URL hands over: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html (payload 2.0) */
function urlEvent({ method = 'GET', path, query = '', headers = {}, body }: Request) {
  const host = 'abcdefghijklmnop.lambda-url.ap-northeast-1.on.aws';
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: {
      host,
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-proto': 'https',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    requestContext: {
      accountId: 'anonymous',
      apiId: 'abcdefghijklmnop',
      domainName: host,
      domainPrefix: 'abcdefghijklmnop',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: 'test' },
      requestId: '00000000-0000-4000-8000-000000000000',
      routeKey: '$default',
      stage: '$default',
      time: '25/Nov/2026:12:00:00 +0000',
      timeEpoch: Date.now(),
    },
    ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)).toString('base64') }),
    isBase64Encoded: body !== undefined,
  };
}

const authorized = { authorization: `Bearer ${token}` };

async function ask(api: RunningFunction, request: Request) {
  const { value, prelude, ms } = await api.invoke(urlEvent(request));
  const text = String(value);
  return { status: prelude?.statusCode, headers: prelude?.headers ?? {}, text, json: () => JSON.parse(text), ms };
}

describe('the API behind a function URL', () => {
  test('answers without a token what tells nothing, and nothing else', async () => {
    const { root } = aws.newLake();
    const api = await aws.start('Api', root);
    expect(await ask(api, { path: '/health' })).toMatchObject({ status: 200 });
    // The URL as AWS gives it ends in a slash.
    expect(await ask(api, { path: '//health' })).toMatchObject({ status: 200 });
    const page = await ask(api, { path: '/docs' });
    expect(page.status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    const script = await ask(api, { path: '/docs/swagger-ui-bundle.js' });
    expect(script.status).toBe(200);
    expect(script.text.length).toBeGreaterThan(1_000_000);
    const document = (await ask(api, { path: '/openapi.json' })).json();
    expect(document.openapi).toMatch(/^3\.1/);
    for (const path of ['/v1/exchanges', '/v1/coverage', '/metrics']) {
      const refused = await ask(api, { path });
      expect(refused.status, path).toBe(401);
      expect(refused.headers['content-type']).toContain('application/problem+json');
    }
    expect((await ask(api, { path: '/v1/exchanges', headers: { authorization: 'Bearer fl_wrong' } })).status).toBe(401);
    expect((await ask(api, { path: '/v1/exchanges', headers: authorized })).status).toBe(200);
    expect(api.log.join('\n')).not.toContain(token);
  });

  test('refuses what is no request, and does not fail', async () => {
    const { root } = aws.newLake();
    const api = await aws.start('Api', root);
    for (const method of ['GET', 'HEAD']) {
      expect(await ask(api, { method, path: '/health', body: { some: 'thing' } })).toMatchObject({ status: 200 });
    }
    for (const method of ['TRACE', 'CONNECT', 'NO METHOD']) {
      const refused = await ask(api, { method, path: '/health' });
      expect(refused.status, method).toBe(400);
      expect(refused.headers['content-type']).toContain('application/problem+json');
      expect(refused.json()).toMatchObject({ status: 400 });
    }
  });

  test('takes a snapshot, and streams its rows from the lake', async () => {
    const { root } = aws.newLake();
    const api = await aws.start('Api', root);
    const snapshot = await aws.start('Snapshot', root);
    aws.invocations.answer = (name) => (name.endsWith('-Snapshot') ? snapshot : undefined);
    const taken = await ask(api, {
      method: 'POST',
      path: '/v1/snapshots/open_interest',
      headers: authorized,
      body: { exchange: 'bybit' },
    });
    expect(taken.status, taken.text).toBeLessThan(300);
    const { rows } = taken.json();
    expect(rows).toBeGreaterThan(20);
    const query = `exchange=bybit&from=${isoTime(now() - 3_600_000_000).slice(0, 19)}Z`;
    const headers = { ...authorized, accept: 'application/x-ndjson' };
    const answer = await ask(api, { path: '/v1/open-interest', query, headers });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.headers['content-type']).toContain('application/x-ndjson');
    const lines = answer.text.trim().split('\n');
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.every((line) => JSON.parse(line).exchange === 'bybit')).toBe(true);
  });

  test('hands a backfill to the function that has the time for it', async () => {
    const { root } = aws.newLake();
    const api = await aws.start('Api', root);
    const body = {
      exchange: 'bybit',
      dataset: 'open_interest',
      symbols: ['BTC-USDT-PERP'],
      from: '2026-11-20T00:00:00Z',
      to: '2026-11-21T00:00:00Z',
    };
    const created = await ask(api, { method: 'POST', path: '/v1/backfills', headers: authorized, body });
    expect(created.status, created.text).toBe(202);
    const { id } = created.json();
    expect(aws.invocations.taken.at(-1)).toMatchObject({ event: { id } });
    const location = created.headers.location ?? '';
    expect((await ask(api, { path: location, headers: authorized })).json()).toMatchObject({ id, state: 'queued' });
    const backfill = await aws.start('Backfill', root);
    await backfill.invoke(aws.invocations.taken.at(-1)?.event);
    expect((await ask(api, { path: location, headers: authorized })).json()).toMatchObject({ state: 'done' });
    const all = await ask(api, { path: '/v1/backfills', headers: authorized });
    expect(all.json().backfills.map((one: { id: string }) => one.id)).toContain(id);
  });
});

test('an answer that breaks off does not look whole', async () => {
  const { lake, root } = aws.newLake();
  const trade = { exchange: 'bybit', symbol: 'BTC-USDT-PERP', venue_symbol: 'BTCUSDT', source: 'simulated' };
  const days = ['2026-11-20', '2026-11-21'].map((date) => (parseIsoTime(date) ?? 0) + hour);
  for (const [index, start] of days.entries()) {
    const rows = Array.from({ length: 20_000 }, (_, n) => ({
      ...trade,
      ts_event: start + n * 1000,
      ts_recv: start + n * 1000,
      trade_id: `${index}-${n}`,
      side: 'buy',
      price: String(100 + (n % 977) / 7),
      size: '1',
      off_book: false,
    }));
    await lake.write('trades', 'bybit', `stream-test-${index}`, rows);
  }
  const [, last] = await collect(lake.objects('trades'));
  if (last === undefined) throw new Error('there are two objects');
  const bytes = await lake.store.read(last.key);
  bytes.fill(0, 1000, bytes.length / 2);
  await lake.store.remove(last.key);
  await lake.store.create(last.key, bytes);
  const api = await aws.start('Api', root);
  const query = 'exchange=bybit&symbol=BTC-USDT-PERP&from=2026-11-20&to=2026-11-22&limit=100000';
  const headers = { ...authorized, accept: 'application/x-ndjson' };
  await expect(ask(api, { path: '/v1/trades', query, headers })).rejects.toThrow(FunctionError);
  expect((await ask(api, { path: '/health' })).status).toBe(200);
});

test('the runtime client is AWS’s own', () => {
  const client = new URL('runtime/node_modules/aws-lambda-ric/rapid-client.node', import.meta.url);
  expect(existsSync(client)).toBe(true);
  expect(execFileSync('file', ['-b', client.pathname], { encoding: 'utf8' })).toContain('ELF');
});
