import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { identityOf } from '@feedlake/lake';
import { expect, test } from 'vitest';
import { json, noon, servedApi } from '../../support/api.ts';
import { trade } from '../../support/lake.ts';

const rows = '/v1/trades?exchange=binance&symbol=BTC-USDT-PERP';
const protectedPaths = [
  rows,
  '/v1/exchanges',
  '/v1/symbols',
  '/v1/coverage',
  '/v1/backfills/x',
  '/metrics',
  '/v1/nothing',
  '/v1/',
];

test('without a valid token nothing is answered, and nobody learns why', async () => {
  const { ask, tokens, server } = await servedApi();
  const wrong = [
    ['none', undefined],
    ['empty', 'Bearer '],
    ['another', `Bearer ${tokens.both.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))}`],
    ['its beginning', `Bearer ${tokens.both.slice(0, -1)}`],
    ['with more behind it', `Bearer ${tokens.both}x`],
    ['expired', `Bearer ${tokens.expired}`],
    ['in another scheme', `Basic ${Buffer.from(`both:${tokens.both}`).toString('base64')}`],
    ['two', `Bearer ${tokens.both}, Bearer ${tokens.both}`],
    ['endless', `Bearer ${'a'.repeat(8000)}`],
    ['a name of every object', 'Bearer __proto__'],
  ] as const;
  for (const path of protectedPaths) {
    for (const [, authorization] of wrong) {
      const answer = await fetch(`${server.url}${path}`, {
        headers: authorization === undefined ? {} : { authorization },
      });
      expect(answer.status, `${path} ${authorization}`).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="feedlake"(, error="invalid_token")?$/);
      const { request_id, ...body } = (await answer.json()) as Record<string, unknown>;
      expect(body).toEqual({
        type: 'urn:feedlake:problem:unauthorized',
        title: 'A valid token is needed',
        status: 401,
      });
    }
  }
  expect((await ask('/metrics')).status).toBe(200);
  // A token is no part of an address.
  expect((await ask(`${rows}&access_token=${tokens.both}`, { token: null })).status).toBe(401);
});

test('a token allows what its scopes say, and no more', async () => {
  const { ask, tokens } = await servedApi();
  const snapshot = { ...json({ exchange: 'binance' }) };
  const status = async (path: string, token: string, init: RequestInit = {}) =>
    (await ask(path, { ...init, token })).status;
  expect(await status(rows, tokens.read)).toBe(200);
  expect(await status(rows, tokens.write)).toBe(403);
  expect(await status('/metrics', tokens.write)).toBe(403);
  expect(await status('/v1/snapshots/open-interest', tokens.read, snapshot)).toBe(403);
  expect(await status('/v1/snapshots/open-interest', tokens.write, snapshot)).toBe(501);
  const refused = await ask('/v1/backfills', { ...snapshot, token: tokens.read });
  expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="feedlake", error="insufficient_scope"');
  expect(Object.keys((await refused.json()) as object)).toEqual(['type', 'title', 'status', 'request_id']);
});

test('requests are limited by token, and those without one by address', async () => {
  const { ask, tokens } = await servedApi({ settings: { rate_limit: { per_token: 5, per_address: 3 } } });
  const statuses = async (times: number, path: string, token: string | null) => {
    const found: number[] = [];
    for (let time = 0; time < times; time += 1) found.push((await ask(path, { token })).status);
    return found;
  };
  expect(await statuses(5, rows, 'wrong')).toEqual([401, 401, 401, 429, 429]);
  // Whoever looks after the process still gets an answer, though not any number of them.
  expect(await statuses(4, '/health', null)).toEqual([200, 200, 200, 429]);
  // Those behind the same address who have a token are not locked out.
  expect(await statuses(6, '/v1/exchanges', tokens.read)).toEqual([200, 200, 200, 200, 200, 429]);
  const limited = await ask('/v1/exchanges', { token: tokens.read });
  expect(limited.headers.get('retry-after')).toBe('12');
  expect((await ask('/v1/exchanges')).status).toBe(200);
});

const strange = [
  "' OR 1=1 --",
  "BTC'; DROP VIEW trades; --",
  '../../../../etc/passwd',
  '..%2f..%2fv1',
  'exchange=binance/date=2026-03-28',
  '\u0000',
  'a\r\nset-cookie: x=1',
  '{"$gt":""}',
  '__proto__',
  'constructor',
  '{{7*7}}',
  '%',
  '\u202e\u{1F980}',
  'x'.repeat(5000),
  '',
];

test('a history of any length is not to be had', async () => {
  const backfills = {
    create: () => Promise.reject(new Error('it was not to get here')),
    status: async () => null,
    newest: async () => [],
  };
  const { ask } = await servedApi({ more: () => ({ backfills }) });
  const wanted = { exchange: 'binance', dataset: 'funding_rates' };
  for (const range of [{ from: '2016-01-01' }, { from: '2020-01-01', to: '2025-01-05' }]) {
    const answer = await ask('/v1/backfills', json({ ...wanted, ...range }));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      errors: [{ field: 'body.from', message: expect.stringContaining('more than 5 years') }],
    });
  }
});

test('whatever stands in a field is a value and nothing else', async () => {
  const backfills = {
    create: () => Promise.reject(new Error('it was not to get here')),
    status: async () => null,
    newest: async () => [],
  };
  const { ask, lake, lines } = await servedApi({ more: () => ({ backfills }) });
  await lake.write('trades', 'binance', 'segment-a', [trade('1', noon - 1_000_000)]);
  const fields = ['exchange', 'symbol', 'from', 'to', 'limit', 'cursor'];
  for (const field of fields) {
    for (const text of strange) {
      const parameters = new URLSearchParams({ exchange: 'binance', symbol: 'BTC-USDT-PERP', [field]: text });
      const answer = await ask(`/v1/trades?${parameters}`);
      expect(answer.status, `${field}=${text}`).toBe(400);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      const { errors } = (await answer.json()) as { errors: { field: string; message: string }[] };
      expect(errors[0]?.field.startsWith(`query.${field}`), JSON.stringify(errors)).toBe(true);
    }
  }
  for (const text of strange.slice(0, -1)) {
    const name = encodeURIComponent(text);
    const unknown = await ask(`${rows}&${name}=1`);
    expect(unknown.status).toBe(400);
    expect([400, 404, 414, 431]).toContain((await ask(`/v1/backfills/${name}`)).status);
    expect([400, 404]).toContain((await ask(`/v1/snapshots/${name}`, json({ exchange: 'binance' }))).status);
    expect([404]).toContain((await ask(`/docs/${name}`)).status);
    const body = json({ exchange: text, dataset: text, symbols: [text], from: text, [text]: text });
    expect((await ask('/v1/backfills', body)).status).toBe(400);
  }
  const errors = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'error');
  expect(errors).toEqual([]);
});

test('a range is bounded, and so is everything else that costs', async () => {
  const { ask } = await servedApi();
  const field = async (path: string) => {
    const answer = await ask(path);
    return [answer.status, ((await answer.json()) as { errors?: { field: string }[] }).errors?.[0]?.field];
  };
  expect(await field(`${rows}&from=1970-01-01`)).toEqual([400, 'query.from']);
  expect(await field(`${rows}&from=0001-01-01`)).toEqual([400, 'query.from']);
  expect(await field(`${rows}&to=9999-12-31`)).toEqual([400, 'query.to']);
  expect(await field(`${rows}&from=2026-03-28T13:00:00Z`)).toEqual([400, 'query.from']);
  expect(await field(`${rows}&limit=1000001`)).toEqual([400, 'query.limit']);
  expect(await field(`${rows}&limit=1e3`)).toEqual([400, 'query.limit']);
  expect(await field('/v1/trades?exchange=binance')).toEqual([400, 'query.symbol']);
  expect(await field('/v1/coverage?from=2025-01-01')).toEqual([400, 'query.from']);
  const many = Array.from({ length: 21 }, (_, index) => `A${index}-USDT-PERP`).join(',');
  expect(await field(`/v1/trades?exchange=binance&symbol=${many}`)).toEqual([400, 'query.symbol']);
  expect(await field('/v1/trades?exchange=binance&exchange=bybit&symbol=BTC-USDT-PERP')).toEqual([
    400,
    'query.exchange',
  ]);
});

test('what is wrong with a field is said in plain words', async () => {
  const backfills = {
    create: () => Promise.reject(new Error('it was not to get here')),
    status: async () => null,
    newest: async () => [],
  };
  const { ask } = await servedApi({ more: () => ({ backfills }) });
  const errorsOf = async (answer: Response) => {
    const { errors } = (await answer.json()) as { errors: { field: string; message: string }[] };
    return Object.fromEntries(errors.map(({ field, message }) => [field, message]));
  };
  expect(await errorsOf(await ask('/v1/trades'))).toEqual({
    'query.exchange': 'expected a text',
    'query.symbol': 'expected a text',
  });
  const body = { exchange: 7, dataset: 'trades', symbols: [], from: '2026-03-01', period_seconds: 5, until: 1 };
  expect(await errorsOf(await ask('/v1/backfills', json(body)))).toEqual({
    'body.exchange': 'expected a text',
    'body.dataset': 'expected one of `open_interest`, `funding_rates`',
    'body.symbols': 'expected at least 1 entry',
    'body.period_seconds': 'expected at least 60',
    'body.until': 'unknown; remove it',
  });
});

test('a cursor is good for its own request alone', async () => {
  const { ask, lake } = await servedApi();
  await lake.write('trades', 'binance', 'segment-a', [trade('1', noon - 3_000_000), trade('2', noon - 2_000_000)]);
  const { next } = (await (await ask(`${rows}&limit=1`)).json()) as { next: string };
  const status = async (path: string) => (await ask(path)).status;
  expect(await status(`${rows}&cursor=${next}`)).toBe(200);
  expect(await status(`/v1/candles?exchange=binance&symbol=BTC-USDT-PERP&cursor=${next}`)).toBe(400);
  expect(await status(`/v1/trades?exchange=bybit&symbol=BTC-USDT-PERP&cursor=${next}`)).toBe(400);
  expect(await status(`/v1/trades?exchange=binance&symbol=ETH-USDT-PERP&cursor=${next}`)).toBe(400);
  expect(await status(`${rows}&from=2026-03-28&cursor=${next}`)).toBe(400);
  expect(await status(`${rows}&cursor=${next.slice(1)}`)).toBe(400);
});

test('a cursor that nobody was given asks for no more than a request may', async () => {
  const { ask, lake } = await servedApi();
  await lake.write('trades', 'binance', 'segment-a', [trade('1', noon - 3_000_000), trade('2', noon - 2_000_000)]);
  const { next } = (await (await ask(`${rows}&limit=1`)).json()) as { next: string };
  const real = JSON.parse(Buffer.from(next, 'base64url').toString()) as unknown[];
  const [asked, symbols, part, from, to, time] = [3, 4, 5, 6, 7, 8];
  const status = async (changes: Readonly<Record<number, unknown>>, path = rows) => {
    const forged = real.map((part, index) => (index in changes ? changes[index] : part));
    return (await ask(`${path}&cursor=${Buffer.from(JSON.stringify(forged)).toString('base64url')}`)).status;
  };
  const years = 20 * 366 * 86_400_000_000;
  expect(await status({})).toBe(200);
  expect(await status({ [symbols]: null })).toBe(400);
  expect(await status({ [symbols]: [] })).toBe(400);
  expect(await status({ [part]: [300] })).toBe(400);
  expect(await status({ [symbols]: Array.from({ length: 21 }, (_, index) => `A${index}-USDT-PERP`) })).toBe(400);
  expect(await status({ [from]: -9e15, [to]: 9e15, [time]: 0 })).toBe(400);
  expect(await status({ [from]: noon - years })).toBe(400);
  expect(await status({ [from]: 9e15 - 1, [to]: 9e15, [time]: 9e15 - 1 })).toBe(400);
  expect(await status({ [from]: -2, [to]: -1, [time]: -2 })).toBe(400);
  expect(await status({ [from]: noon, [to]: noon, [time]: noon })).toBe(400);
  expect(await status({ [time]: noon - years })).toBe(400);
  expect(await status({ [time]: noon })).toBe(400);
  // Of all symbols nothing was asked, and so there are none in it.
  const all = '/v1/open-interest?exchange=binance';
  const forged = [2, 'open_interest', 'binance', null, null, [], real[from], real[to], real[time]];
  const { length } = identityOf('open_interest').keyOf({});
  const cursorOf = (of: readonly unknown[]) =>
    Buffer.from(JSON.stringify([...of, Array.from({ length }, () => null)])).toString('base64url');
  expect((await ask(`${all}&cursor=${cursorOf(forged)}`)).status).toBe(200);
  expect((await ask(`${all}&cursor=${cursorOf(forged.with(symbols, ['BTC-USDT-PERP']))}`)).status).toBe(400);
  expect((await ask(`${all}&cursor=${cursorOf(forged.with(asked, 'BTC-USDT-PERP'))}`)).status).toBe(400);
});

test('a body has to be JSON, and small', async () => {
  const { ask } = await servedApi();
  const send = async (init: RequestInit) => (await ask('/v1/backfills', { method: 'POST', ...init })).status;
  const typed = { 'content-type': 'application/json' };
  expect(await send({ headers: typed, body: '{' })).toBe(400);
  expect(await send({ headers: typed, body: '"text"' })).toBe(400);
  expect(await send({ headers: typed, body: '[]'.repeat(10_000) })).toBe(400);
  expect(await send({ headers: typed, body: '['.repeat(60_000) })).toBe(400);
  expect(await send({ headers: typed })).toBe(400);
  expect(await send({ headers: { 'content-type': 'text/plain' }, body: '{}' })).toBe(415);
  expect(
    await send({ headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'exchange=binance' }),
  ).toBe(415);
  expect(await send({ headers: typed, body: JSON.stringify({ exchange: 'x'.repeat(70_000) }) })).toBe(413);
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new TextEncoder().encode(' '.repeat(16_384))),
  });
  expect(await send({ headers: typed, body: endless, duplex: 'half' } as RequestInit)).toBe(413);
});

test('whoever sends too slowly is cut off, and keeps nobody', async () => {
  const { server, ask, tokens } = await servedApi({ server: { timeouts: { headers: 200, request: 300 } } });
  const { hostname, port } = new URL(server.url);
  const slow = [
    'POST /v1/backfills HTTP/1.1\r\nhost: x\r\n',
    `POST /v1/backfills HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${tokens.both}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`,
  ].map(async (start) => {
    const socket = connect(Number(port), hostname);
    socket.write(start);
    let said = '';
    socket.on('data', (bytes) => {
      said += bytes.toString();
    });
    socket.on('error', () => {});
    await once(socket, 'close');
    return said;
  });
  expect((await ask('/v1/exchanges')).status).toBe(200);
  for (const said of await Promise.all(slow)) expect(said).toMatch(/^HTTP\/1\.1 4(00|08) |^$/);
});

test.each([
  [
    'a body and its length twice',
    'POST /v1/backfills HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['a header that goes on', 'GET /health HTTP/1.1\r\nhost: x\r\nx: a\r\n b\r\n\r\n'],
  ['a header that is too long', `GET /health HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(40_000)}\r\n\r\n`],
  ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
])('%s is refused', async (_, text) => {
  const { server, ask } = await servedApi();
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.end(text);
  const [bytes] = (await once(socket, 'data').catch(() => [Buffer.from('HTTP/1.1 400 ')])) as [Buffer];
  expect(bytes.toString()).toMatch(/^HTTP\/1\.1 4/);
  expect((await ask('/health')).status).toBe(200);
});

test('answers say nothing of the server, and browsers are kept from them', async () => {
  const { ask, server } = await servedApi();
  for (const path of ['/health', '/v1/exchanges', '/nothing', '/docs', '/docs/swagger-ui.css']) {
    const { headers } = await ask(path, { headers: { origin: 'https://evil.example' } });
    expect(headers.get('server')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).not.toContain('unsafe-eval');
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  }
  expect(
    (await fetch(`${server.url}/v1/exchanges`, { method: 'OPTIONS' })).headers.get('access-control-allow-origin'),
  ).toBeNull();
  expect((await ask('/health', { headers: { 'x-request-id': 'given-by-client' } })).headers.get('x-request-id')).toBe(
    'given-by-client',
  );
  expect((await ask('/health', { headers: { 'x-request-id': 'a b' } })).headers.get('x-request-id')).toMatch(
    /^[0-9a-f-]{36}$/,
  );
  for (const path of ['/', '/docs/']) {
    const { status, headers } = await ask(path, { redirect: 'manual' });
    expect([status, headers.get('location')]).toEqual([302, '/docs']);
  }
  const wrong = await ask('/v1/exchanges', { method: 'DELETE' });
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});

test('pages of an origin that is allowed may read answers', async () => {
  const { ask, server } = await servedApi({ settings: { cors_origins: ['https://app.example'] } });
  const allowed = async (origin: string) =>
    (await ask('/v1/exchanges', { headers: { origin } })).headers.get('access-control-allow-origin');
  expect(await allowed('https://app.example')).toBe('https://app.example');
  expect(await allowed('https://app.example.evil.example')).toBeNull();
  expect(await allowed('null')).toBeNull();
  const preflight = await fetch(`${server.url}/v1/exchanges`, {
    method: 'OPTIONS',
    headers: { origin: 'https://app.example', 'access-control-request-method': 'GET' },
  });
  expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([
    204,
    expect.stringContaining('authorization'),
  ]);
});

test('neither a token nor its hash is ever written down', async () => {
  const { ask, tokens, lines, config, server } = await servedApi();
  const secret = tokens.both;
  await ask(`/v1/exchanges?token=${secret}`);
  await ask(`/${secret}`);
  await ask(`/v1/backfills/${secret}`);
  await ask('/v1/backfills', json({ exchange: secret }));
  await fetch(`${server.url}/v1/exchanges`, {
    headers: { authorization: `Basic ${secret}`, cookie: secret, 'user-agent': secret },
  });
  const sent = request(`${server.url}/v1/exchanges?${secret}`, { headers: { authorization: `Bearer ${secret}` } });
  sent.end();
  const [response] = await once(sent, 'response');
  response.resume();
  await once(response, 'end');
  const log = lines.join('');
  expect(lines).toHaveLength(6);
  for (const { sha256 } of config.api.tokens) expect(log).not.toContain(sha256);
  for (const token of Object.values(tokens)) expect(log).not.toContain(token);
  expect(lines.map((line) => JSON.parse(line)).at(-1)).toMatchObject({
    method: 'GET',
    route: '/v1/exchanges',
    status: 400,
    token: 'both',
    address: '127.0.0.1',
  });
});

test('only so many read at once, some wait, and the rest is turned away', async () => {
  const { ask, lake } = await servedApi({ settings: { concurrent_reads: 1 } });
  const trades = Array.from({ length: 12_000 }, (_, index) =>
    trade(String(index), noon - 3_600_000_000 + index * 1000),
  );
  await lake.write('trades', 'binance', 'segment-a', trades);
  const answers = await Promise.all(Array.from({ length: 14 }, () => ask(rows, { headers: { accept: 'text/csv' } })));
  const statuses = answers.map(({ status }) => status);
  const [busy] = answers.filter(({ status }) => status === 503);
  expect(busy?.headers.get('retry-after')).toBe('5');
  for (const answer of answers) await answer.body?.cancel();
  expect(new Set(statuses)).toEqual(new Set([200, 503]));
  expect((await ask(rows)).status).toBe(200);
}, 20_000);
