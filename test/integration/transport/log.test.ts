import type { RestAttempt, RestOutcome } from '@feedlake/transport';
import { expect, test } from 'vitest';
import { startHttpProxy } from '../../support/proxies.ts';
import { failure, get, plainRules, testClient } from '../../support/rest.ts';
import { json, startVenue } from '../../support/venue.ts';

test('each sending is one line with what it was, took and cost', async () => {
  await using proxy = await startHttpProxy();
  await using venue = await startVenue((response, _request, count) =>
    json(response, { n: count }, count < 2 ? 503 : 200),
  );
  const rules = plainRules({ budgets: [{ pool: 'weight', capacity: 10, seconds: 1 }] });
  const proxies = [`http://ann:hunter2@127.0.0.1:${proxy.port}`];
  await using t = testClient([venue.url], { rules, proxies });
  await t.client.request(get('/fapi/v1/time?symbol=BTCUSDT&signature=hunter3', { weight: 2 }));
  const lines = t.lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'debug');
  const common = {
    exchange: t.exchange,
    method: 'GET',
    host: `127.0.0.1:${venue.port}`,
    path: '/fapi/v1/time?symbol=BTCUSDT&signature=•••',
    cost: { weight: 2 },
    proxy: `http://127.0.0.1:${proxy.port}`,
    ms: expect.any(Number),
    bytes: 7,
  };
  expect(lines).toEqual([
    expect.objectContaining({ ...common, status: 503, attempt: 1, fault: 'maintenance' }),
    expect.objectContaining({ ...common, status: 200, attempt: 2, message: 'request' }),
  ]);
  expect(t.lines.join()).not.toMatch(/hunter|ann/);
});

test('a clock that is not the exchange’s is said, once', async () => {
  let [shift, age] = [0, 0];
  await using venue = await startVenue((response) => {
    response.setHeader('date', new Date(Date.now() + (shift - age) * 1000).toUTCString());
    response.setHeader('age', String(age));
    json(response, {});
  });
  await using t = testClient([venue.url], {});
  const warnings = async () => {
    await t.client.request(get('/'));
    await t.client.request(get('/'));
    return t.lines
      .splice(0)
      .map((line) => JSON.parse(line))
      .filter(({ level }) => level === 'warn');
  };
  expect(await warnings()).toEqual([]);
  age = 3600;
  expect(await warnings()).toEqual([]);
  shift = -7200;
  expect(await warnings()).toEqual([
    expect.objectContaining({
      message: expect.stringMatching(/^the clock of this machine is 7\d{3} s ahead: .* Set it right/),
    }),
  ]);
  shift = 7200;
  await using other = testClient([venue.url], {});
  await other.client.request(get('/'));
  expect(other.lines.join()).toMatch(/the clock of this machine is 7\d{3} s behind/);
});

test('a secret that the venue repeats gets into no error and no line', async () => {
  await using venue = await startVenue((response, request) => {
    json(response, { msg: `bad signature in ${request.url}, key ${request.headers['x-api-key']}` }, 400);
  });
  const rules = plainRules({ headers: { 'X-API-KEY': 'hunter2' } });
  await using t = testClient([venue.url], { rules });
  const error = await failure(t.client.request(get('/order?symbol=BTCUSDT&signature=hunter%2F3&apiKey=hunter4')));
  expect(error.message).toContain('bad signature in /order?symbol=BTCUSDT&signature=•••&apiKey=•••, key •••');
  expect(`${error.stack}${JSON.stringify(error)}${t.lines.join()}`).not.toContain('hunter');
});

test('hooks see every attempt and what came of it', async () => {
  await using venue = await startVenue((response, _request, count) => json(response, { count }, count < 2 ? 503 : 200));
  const seen: [RestAttempt, RestOutcome | null][] = [];
  await using t = testClient([venue.url], {
    onRequest: (attempt) => seen.push([attempt, null]),
    onReply: (attempt, outcome) => seen.push([attempt, outcome]),
  });
  const request = get('/');
  const reply = await t.client.request(request);
  expect(seen.map(([{ attempt }, outcome]) => [attempt, outcome?.reply?.status, outcome?.fault?.kind])).toEqual([
    [1, undefined, undefined],
    [1, 503, 'maintenance'],
    [2, undefined, undefined],
    [2, 200, undefined],
  ]);
  expect(seen[3]?.[1]?.reply).toBe(reply);
  expect(seen[0]?.[0]).toEqual({ request, attempt: 1, host: `127.0.0.1:${venue.port}`, proxy: 'direct' });
});

test('a hook that throws fails its request and leaves the client usable', async () => {
  await using venue = await startVenue((response) => json(response, {}));
  let broken = true;
  await using t = testClient([venue.url], {
    concurrency: 1,
    onRequest: () => {
      if (broken) throw new Error('hook');
    },
  });
  await expect(t.client.request(get('/'))).rejects.toThrow('hook');
  broken = false;
  expect((await t.client.request(get('/'))).status).toBe(200);
});
