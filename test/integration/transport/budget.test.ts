import type { ServerResponse } from 'node:http';
import { second } from '@feedlake/schema';
import { RestClient } from '@feedlake/transport';
import { expect, test } from 'vitest';
import { FakeClock } from '../../support/fake-clock.ts';
import { failure, get, plainRules, testClient } from '../../support/rest.ts';
import { json, startVenue } from '../../support/venue.ts';

/** The most that arrived in any stretch of the window's length, given arrival times (µs) in order. */
function busiest(arrivals: readonly number[], seconds: number): number {
  return Math.max(...arrivals.map((at) => arrivals.filter((t) => t > at - seconds * second && t <= at).length));
}

test('200 requests at once never exceed the budget in any window', async () => {
  const clock = new FakeClock();
  const arrivals: number[] = [];
  await using venue = await startVenue((response) => {
    arrivals.push(clock.now());
    json(response, {});
  });
  const rules = plainRules({ budgets: [{ pool: 'weight', capacity: 50, seconds: 60 }] });
  await using t = testClient([venue.url], { rules, clock, concurrency: 200 });
  await Promise.all(Array.from({ length: 200 }, (_, n) => t.client.request(get(`/${n}`, { weight: 1 }))));
  expect(arrivals.length).toBe(200);
  expect(busiest(arrivals, 60)).toBeLessThanOrEqual(50);
  expect(t.client.stats()).toMatchObject({ requests: 200, retries: 0, weightUsed: { weight: 200 } });
});

test('a slow reply counts until a window after it came, for the venue may have booked it late', async () => {
  const clock = new FakeClock();
  const arrivals: number[] = [];
  await using venue = await startVenue((response, _request, count) => {
    arrivals.push(clock.now());
    if (count === 1) clock.delay(5_000).then(() => json(response, {}));
    else json(response, {});
  });
  const rules = plainRules({ budgets: [{ pool: 'weight', capacity: 1, seconds: 10 }] });
  await using t = testClient([venue.url], { rules, clock });
  await Promise.all([t.client.request(get('/1', { weight: 1 })), t.client.request(get('/2', { weight: 1 }))]);
  expect((arrivals[1] ?? 0) - (arrivals[0] ?? 0)).toBe(15 * second);
});

test('all clients of a venue in the process share its budget', async () => {
  const clock = new FakeClock();
  const arrivals: number[] = [];
  await using venue = await startVenue((response) => {
    arrivals.push(clock.now());
    json(response, {});
  });
  const rules = plainRules({ budgets: [{ pool: 'weight', capacity: 4, seconds: 10 }] });
  const common = { exchange: 'shared', rules, hosts: [venue.url], clock };
  const clients = [new RestClient(common), new RestClient(common)];
  await Promise.all(clients.flatMap((client) => [1, 2, 3, 4].map((n) => client.request(get(`/${n}`, { weight: 1 })))));
  expect(arrivals.length).toBe(8);
  expect(busiest(arrivals, 10)).toBeLessThanOrEqual(4);
  for (const client of clients) await client.close();
});

test('several pools are charged at once, and an exhausted one does not hold up the others', async () => {
  await using venue = await startVenue((response) => json(response, {}));
  const rules = plainRules({
    budgets: [
      { pool: 'weight', capacity: 100, seconds: 60 },
      { pool: 'history', capacity: 1, seconds: 300 },
    ],
  });
  const sent: string[] = [];
  await using t = testClient([venue.url], { rules, onRequest: ({ request }) => sent.push(request.path) });
  const started = t.clock.now();
  const history = { weight: 1, history: 1 };
  await Promise.all([
    t.client.request(get('/history1', history)),
    t.client.request(get('/history2', history)),
    t.client.request(get('/quick', { weight: 1 })),
  ]);
  expect(sent).toEqual(['/history1', '/quick', '/history2']);
  expect(t.clock.now() - started).toBe(300 * second);
  expect(t.client.stats().weightUsed).toEqual({ weight: 3, history: 2 });
});

test('what the venue says is used counts where it is more than we know', async () => {
  await using venue = await startVenue((response, _request, count) => {
    json(response, {}, 200, { 'x-used': count === 1 ? '9' : '10' });
  });
  const rules = plainRules({
    budgets: [{ pool: 'weight', capacity: 10, seconds: 60 }],
    usage: (headers) => ({ weight: Number(headers['x-used']) }),
  });
  await using t = testClient([venue.url], { rules });
  await t.client.request(get('/', { weight: 1 }));
  await t.client.request(get('/', { weight: 1 }));
  expect(t.clock.waits).toEqual([]);
  await t.client.request(get('/', { weight: 1 }));
  expect(t.clock.waits).toEqual([60_000]);
});

test('after a 429 nothing that waits goes out before its end', async () => {
  const clock = new FakeClock();
  const arrivals: number[] = [];
  await using venue = await startVenue((response, _request, count) => {
    arrivals.push(clock.now());
    json(response, {}, count === 1 ? 429 : 200, count === 1 ? { 'retry-after': '30' } : {});
  });
  await using t = testClient([venue.url], { clock, concurrency: 1 });
  const started = clock.now();
  await Promise.all(['/1', '/2', '/3', '/4'].map((path) => t.client.request(get(path))));
  expect(arrivals.map((at) => at - started)).toEqual([0, 30, 30, 30, 30].map((s) => s * second));
  expect(t.lines.filter((line) => line.includes('rate limited until')).length).toBe(1);
});

test('no more requests are under way at once than allowed', async () => {
  const open: ServerResponse[] = [];
  let most = 0;
  const release = () => {
    for (const held of open.splice(0)) json(held, {});
  };
  await using venue = await startVenue((response) => {
    most = Math.max(most, open.push(response));
    // Three have come: a fourth, were it let through, would be on its way already.
    if (open.length === 3) setTimeout(release, 10);
  });
  await using t = testClient([venue.url], { concurrency: 3 });
  await Promise.all(Array.from({ length: 30 }, () => t.client.request(get('/'))));
  expect(most).toBe(3);
});

test('a cost of an unknown pool is a mistake that names the known ones', async () => {
  const rules = plainRules({ budgets: [{ pool: 'weight', capacity: 10, seconds: 60 }] });
  await using t = testClient(['http://127.0.0.1:1'], { rules });
  await expect(t.client.request(get('/', { wieght: 1 }))).rejects.toThrow(/'wieght'.*known: weight/);
  expect((await failure(t.client.request(get('/')))).kind).toBe('network');
});
