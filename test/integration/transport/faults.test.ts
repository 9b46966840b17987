import { createServer } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { hour, minute, second } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { failure, get, plainRules, testClient } from '../../support/rest.ts';
import { json, page, startVenue } from '../../support/venue.ts';

test('a reply brings status, headers, exact JSON and its time', async () => {
  await using venue = await startVenue((response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'x-feedlake-simulated': '1' });
    response.end('{"price":0.30000000000000004001,"size":"1.50"}');
  });
  await using t = testClient([`${venue.url}/mirror/`]);
  const reply = await t.client.request(get('/price?symbol=BTCUSDT'));
  expect(reply).toMatchObject({ status: 200, received: t.clock.now(), headers: { 'x-feedlake-simulated': '1' } });
  expect(reply.value).toEqual({ price: '0.30000000000000004001', size: '1.50' });
  expect(venue.seen).toEqual(['/mirror/price?symbol=BTCUSDT']);
});

test('the value of a plain text is that text', async () => {
  await using venue = await startVenue((response) => {
    response.writeHead(200, { 'content-type': 'text/plain' }).end('1793692800000');
  });
  await using t = testClient([venue.url]);
  expect((await t.client.request(get('/time'))).value).toBe('1793692800000');
});

test('a body is sent as JSON', async () => {
  await using venue = await startVenue((response, request) => {
    request.setEncoding('utf8').on('data', (body) => json(response, [request.headers['content-type'], body]));
  });
  await using t = testClient([venue.url]);
  const reply = await t.client.request({ method: 'POST', path: '/info', body: '{"type":"meta"}', costs: {} });
  expect(reply.value).toEqual(['application/json', '{"type":"meta"}']);
});

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateSync],
])('reads %s, in errors too', async (encoding, compress) => {
  await using venue = await startVenue((response, _request, count) => {
    const body = compress(JSON.stringify(count === 1 ? { ok: true } : { msg: 'Invalid symbol.' }));
    const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
    response.writeHead(count === 1 ? 200 : 400, headers).end(body);
  });
  await using t = testClient([venue.url]);
  expect((await t.client.request(get('/'))).value).toEqual({ ok: true });
  expect((await failure(t.client.request(get('/')))).message).toContain('Invalid symbol.');
});

test('429 with Retry-After in seconds is waited for, exactly', async () => {
  await using venue = await startVenue((response, _request, count) => {
    if (count === 1) json(response, { msg: 'slow down' }, 429, { 'retry-after': '7' });
    else json(response, { ok: true });
  });
  await using t = testClient([venue.url]);
  const started = t.clock.now();
  await t.client.request(get('/'));
  expect(t.clock.now() - started).toBe(7 * second);
  expect(t.client.stats()).toMatchObject({ requests: 2, retries: 1, byFault: { rate_limited: 1 } });
});

test('429 with Retry-After as a date is waited for until then', async () => {
  await using venue = await startVenue((response, _request, count) => {
    if (count === 1) json(response, {}, 429, { 'retry-after': 'Tue, 03 Nov 2026 08:00:21 GMT' });
    else json(response, {});
  });
  await using t = testClient([venue.url]);
  const started = t.clock.now();
  await t.client.request(get('/'));
  expect(t.clock.now() - started).toBe(21 * second);
});

test('429 without Retry-After backs off, at least a second and longer each time', async () => {
  await using venue = await startVenue((response, _request, count) => json(response, {}, count < 4 ? 429 : 200));
  await using t = testClient([venue.url]);
  await t.client.request(get('/'));
  expect(t.clock.waits).toEqual([1500, 2000, 3000]);
});

test('a rate limit beyond the longest wait fails at once and says until when', async () => {
  await using venue = await startVenue((response) => json(response, { msg: 'enough' }, 429, { 'retry-after': '600' }));
  await using t = testClient([venue.url]);
  const error = await failure(t.client.request(get('/')));
  expect(error).toMatchObject({ kind: 'rate_limited', status: 429 });
  expect(error.message).toBe(`${t.exchange}: rate limited until 2026-11-03T08:10:00Z: HTTP 429: enough`);
  expect(error.fault.retryAt).toBe(t.clock.now() + 10 * minute);
  expect((await failure(t.client.request(get('/')))).kind).toBe('rate_limited');
  expect(venue.seen.length).toBe(1);
});

test('after a ban nothing is sent before its end, not even what was waiting; it is said once', async () => {
  const banEnd = Date.parse('2026-11-03T09:00:00Z') * 1000;
  await using venue = await startVenue((response) => json(response, { msg: 'IP banned' }, 418));
  const rules = plainRules({
    budgets: [{ pool: 'weight', capacity: 1, seconds: 60 }],
    fault: ({ status }) => (status === 418 ? { kind: 'banned', message: 'IP banned', retryAt: banEnd } : null),
  });
  await using t = testClient([venue.url], { rules });
  const errors = await Promise.all([1, 2, 3].map((n) => failure(t.client.request(get(`/${n}`, { weight: 1 })))));
  for (const error of errors) {
    expect(error.kind).toBe('banned');
    expect(error.message).toContain('banned until 2026-11-03T09:00:00Z: IP banned');
  }
  expect((await failure(t.client.request(get('/4')))).fault.retryAt).toBe(banEnd);
  expect(venue.seen).toEqual(['/1']);
  expect(t.lines.filter((line) => line.includes('"level":"warn"')).length).toBe(1);
});

test('a ban that ends soon is waited for', async () => {
  await using venue = await startVenue((response, _request, count) => {
    json(response, {}, count === 1 ? 418 : 200, count === 1 ? { 'retry-after': '20' } : {});
  });
  await using t = testClient([venue.url]);
  const started = t.clock.now();
  await t.client.request(get('/'));
  expect(t.clock.now() - started).toBe(20 * second);
});

test.each([
  ['451', 'geo_blocked', 451, 'application/json', '{"msg":"restricted location"}'],
  ['403 with a web page', 'geo_blocked', 403, 'text/html', '<html><title>ERROR: not here</title></html>'],
  ['403 with a block text', 'geo_blocked', 403, 'text/plain', 'CloudFront: blocked from your country'],
  ['401', 'auth', 401, 'application/json', '{"msg":"no key"}'],
  ['403 with JSON', 'auth', 403, 'application/json', '{"msg":"no permission"}'],
  ['400', 'bad_request', 400, 'application/json', '{"msg":"no such parameter"}'],
  ['404', 'bad_request', 404, 'text/html', '<html><title>Not Found</title></html>'],
  ['302', 'bad_request', 302, 'text/html', ''],
])('%s is %s and sent once', async (_name, kind, status, type, body) => {
  await using venue = await startVenue((response) => response.writeHead(status, { 'content-type': type }).end(body));
  await using t = testClient([venue.url]);
  expect(await failure(t.client.request(get('/')))).toMatchObject({ kind, status });
  expect(venue.seen.length).toBe(1);
  expect(t.clock.waits).toEqual([]);
});

test('the venue’s own words go before the general rules, 200 included', async () => {
  await using venue = await startVenue((response) => json(response, { retCode: 10001, retMsg: 'symbol unknown' }));
  const rules = plainRules({
    fault: ({ value }) => ({ kind: 'bad_symbol', message: String((value as { retMsg: string }).retMsg) }),
  });
  await using t = testClient([venue.url], { rules });
  const error = await failure(t.client.request(get('/')));
  expect(error).toMatchObject({ kind: 'bad_symbol', status: 200, message: `${t.exchange}: symbol unknown` });
  expect(venue.seen.length).toBe(1);
});

test('maintenance is retried with growing waits until it is over', async () => {
  await using venue = await startVenue((response, _request, count) => json(response, {}, count < 4 ? 503 : 200));
  await using t = testClient([venue.url]);
  await t.client.request(get('/'));
  expect(venue.seen.length).toBe(4);
  expect(t.clock.waits).toEqual([500, 1000, 2000]);
});

test('maintenance with Retry-After waits that long; beyond the longest wait it fails', async () => {
  await using venue = await startVenue((response, _request, count) => {
    if (count === 1) json(response, {}, 503, { 'retry-after': '40' });
    else if (count === 2) json(response, {});
    else page(response, 'Closed for the weekend', 503);
  });
  await using t = testClient([venue.url], { rules: plainRules({ fault: weekend }) });
  await t.client.request(get('/'));
  expect(t.clock.waits).toEqual([40_000]);
  const error = await failure(t.client.request(get('/')));
  expect(error).toMatchObject({ kind: 'maintenance', status: 503 });
  expect(error.message).toContain('not available until 2026-11-03T18:00:00Z');
  expect(venue.seen.length).toBe(3);
});

function weekend({ text }: { text: string }) {
  const retryAt = Date.parse('2026-11-03T08:00:00Z') * 1000 + 10 * hour;
  return text.includes('weekend') ? { kind: 'maintenance' as const, message: 'closed', retryAt } : null;
}

test('jitter is full: a wait lies anywhere below its ceiling', async () => {
  await using venue = await startVenue((response, _request, count) => json(response, {}, count < 3 ? 503 : 200));
  await using t = testClient([venue.url], { random: () => 0.25 });
  await t.client.request(get('/'));
  expect(t.clock.waits).toEqual([125, 250]);
});

test.each([
  ['truncated JSON', 'application/json', '{"rows":[{"a":1},{"a'],
  ['truncated JSON that does not say so', 'text/plain', '[{"a":1},{"a'],
  ['a web page', 'text/html', '<html><title>Just a moment</title></html>'],
  ['an empty body', 'application/json', ''],
])('200 with %s is malformed and asked for once more', async (_name, type, body) => {
  await using venue = await startVenue((response) => response.writeHead(200, { 'content-type': type }).end(body));
  await using t = testClient([venue.url]);
  expect(await failure(t.client.request(get('/')))).toMatchObject({ kind: 'malformed', status: 200 });
  expect(venue.seen.length).toBe(2);
});

test('truncated JSON once, whole JSON the second time', async () => {
  await using venue = await startVenue((response, _request, count) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(count === 1 ? '{"a":' : '{"a":1}');
  });
  await using t = testClient([venue.url]);
  expect((await t.client.request(get('/'))).value).toEqual({ a: 1 });
});

test('compressed data that is cut short is malformed', async () => {
  await using venue = await startVenue((response) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    response.writeHead(200, headers).end(gzipSync('{"a":"'.padEnd(5000, 'x')).subarray(0, 30));
  });
  await using t = testClient([venue.url]);
  expect((await failure(t.client.request(get('/')))).kind).toBe('malformed');
  expect(venue.seen.length).toBe(2);
});

test('a small reply that unpacks to more than 64 MB is refused', async () => {
  const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024, ' '));
  await using venue = await startVenue((response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bomb);
  });
  await using t = testClient([venue.url], { retries: 0 });
  expect((await failure(t.client.request(get('/')))).kind).toBe('malformed');
});

test('a body that ends before its length is retried', async () => {
  await using venue = await startVenue((response, _request, count) => {
    if (count > 1) return json(response, { ok: true });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"a":', () => response.destroy());
  });
  await using t = testClient([venue.url]);
  expect((await t.client.request(get('/'))).value).toEqual({ ok: true });
  expect(t.client.stats().byFault).toEqual({ network: 1 });
});

test('silence ends each attempt at its deadline', async () => {
  await using venue = await startVenue(() => {});
  await using t = testClient([venue.url], { timeoutMs: 40, retries: 2 });
  const error = await failure(t.client.request(get('/')));
  expect(error).toMatchObject({ kind: 'timeout', status: null });
  expect(error.message).toContain(`127.0.0.1:${venue.port}: no whole reply within 40 ms (tried 3 times)`);
  expect(venue.seen.length).toBe(3);
});

test('a reply that trickles ends at the deadline of the whole attempt', async () => {
  await using venue = await startVenue((response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), 5);
    response.on('close', () => clearInterval(timer));
  });
  await using t = testClient([venue.url], { timeoutMs: 60, retries: 0 });
  expect((await failure(t.client.request(get('/')))).kind).toBe('timeout');
});

test('a connection that never comes about ends at the deadline too', async () => {
  // It accepts and says nothing, so that the TLS handshake hangs.
  const mute = createServer({ pauseOnConnect: true });
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const address = mute.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await using t = testClient([`https://127.0.0.1:${port}`], { timeoutMs: 50, retries: 0 });
  expect((await failure(t.client.request(get('/')))).kind).toBe('timeout');
  await t.client.close();
  mute.close();
});

test('a reset connection is retried', async () => {
  await using venue = await startVenue((response, request, count) => {
    if (count < 3) request.socket.resetAndDestroy();
    else json(response, { ok: true });
  });
  await using t = testClient([venue.url]);
  await t.client.request(get('/'));
  expect(t.client.stats()).toMatchObject({ requests: 3, byFault: { network: 2 } });
});

test('a refused connection is named in plain words, after all attempts', async () => {
  await using t = testClient(['http://127.0.0.1:1']);
  const error = await failure(t.client.request(get('/?apiKey=abc')));
  expect(error.message).toBe(`${t.exchange}: connection refused by 127.0.0.1:1 (tried 5 times)`);
  expect(error.kind).toBe('network');
  expect(t.clock.waits).toEqual([500, 1000, 2000, 4000]);
});

test('a name that does not resolve is said to be one', async () => {
  await using t = testClient(['http://nowhere.invalid'], { retries: 0 });
  const error = await failure(t.client.request(get('/')));
  expect(error.message).toMatch(/the name does not resolve.*: nowhere\.invalid$/);
  expect(error.kind).toBe('network');
});
