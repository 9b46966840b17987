import { second } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { FakeClock } from '../../support/fake-clock.ts';
import { failure, get, testClient } from '../../support/rest.ts';
import { json, page, startVenue, type Venue } from '../../support/venue.ts';

const host = ({ port }: Venue) => `127.0.0.1:${port}`;
const ok = () => startVenue((response) => json(response, { ok: true }));

test.each([
  ['geo_blocked', 451],
  ['maintenance', 503],
])('%s: the next host is tried at once', async (kind, status) => {
  await using bad = await startVenue((response) => page(response, 'No', status));
  await using good = await ok();
  await using t = testClient([bad.url, good.url]);
  expect((await t.client.request(get('/'))).value).toEqual({ ok: true });
  expect([bad.seen.length, good.seen.length]).toEqual([1, 1]);
  expect(t.clock.waits).toEqual([]);
  expect(t.client.stats().byFault).toEqual({ [kind]: 1 });
});

test('a dead host costs one attempt, its alternative answers', async () => {
  await using good = await ok();
  await using t = testClient(['http://127.0.0.1:1', good.url]);
  await t.client.request(get('/'));
  expect(t.clock.waits).toEqual([]);
});

test('blocked everywhere: each host once, no waiting, then the error', async () => {
  await using one = await startVenue((response) => json(response, {}, 451));
  await using two = await startVenue((response) => page(response, 'ERROR: your country', 403));
  await using t = testClient([one.url, two.url]);
  const error = await failure(t.client.request(get('/')));
  expect(error).toMatchObject({ kind: 'geo_blocked', status: 403 });
  expect([one.seen.length, two.seen.length]).toEqual([1, 1]);
  expect(t.clock.waits).toEqual([]);
});

test('blocked by country: once that is known, no request waits to find it out again', async () => {
  await using venue = await startVenue((response) => json(response, {}, 451));
  await using t = testClient([venue.url]);
  for (let n = 0; n < 8; n++) await failure(t.client.request(get('/')));
  expect((await failure(t.client.request(get('/')))).kind).toBe('geo_blocked');
  expect(venue.seen.length).toBe(5);
  expect(t.clock.waits).toEqual([]);
});

test('hosts that are all down are tried in turn, with a wait per round', async () => {
  await using one = await startVenue((response) => json(response, {}, 503));
  await using two = await startVenue((response) => json(response, {}, 503));
  await using t = testClient([one.url, two.url], { retries: 3 });
  expect((await failure(t.client.request(get('/')))).message).toContain('(tried 4 times)');
  expect([one.seen.length, two.seen.length]).toEqual([2, 2]);
  expect(t.clock.waits.length).toBe(1);
});

test('the breaker opens after five faults in a row and later requests go to the alternative alone', async () => {
  await using bad = await startVenue((response) => json(response, {}, 503));
  await using good = await ok();
  await using t = testClient([bad.url, good.url]);
  for (let n = 0; n < 8; n++) await t.client.request(get('/'));
  expect(bad.seen.length).toBe(5);
  expect(t.client.stats().breakers).toEqual({ [host(bad)]: 'open', [host(good)]: 'closed' });
  expect(t.lines.filter((line) => line.includes('fails again and again')).length).toBe(1);
});

test('with every host down a request waits for one probe and then fails fast, until the host is back', async () => {
  let down = true;
  await using venue = await startVenue((response) => json(response, {}, down ? 503 : 200));
  await using t = testClient([venue.url], { retries: 4 });
  await failure(t.client.request(get('/')));
  expect(venue.seen.length).toBe(5);
  expect(t.client.stats().breakers[host(venue)]).toBe('open');

  const errors = await Promise.all(Array.from({ length: 20 }, () => failure(t.client.request(get('/')))));
  expect(venue.seen.length).toBe(6);
  for (const error of errors) {
    expect(error.kind).toBe('maintenance');
    expect(error.message).toMatch(/failed again and again and is left alone until 2026-11-03T08:00:\d\dZ: HTTP 503/);
  }

  down = false;
  await t.clock.delay(60_000);
  expect((await t.client.request(get('/'))).status).toBe(200);
  expect(t.client.stats().breakers[host(venue)]).toBe('closed');
  expect(t.lines.filter((line) => line.includes('answers again')).length).toBe(1);
});

test('a short outage under load costs no request', async () => {
  const clock = new FakeClock();
  const started = clock.now();
  await using venue = await startVenue((response) =>
    json(response, {}, clock.now() < started + 2 * second ? 503 : 200),
  );
  await using t = testClient([venue.url], { clock });
  const replies = await Promise.all(Array.from({ length: 100 }, () => t.client.request(get('/'))));
  expect(replies.every(({ status }) => status === 200)).toBe(true);
  expect(clock.now() - started).toBeLessThanOrEqual(10 * second);
});

test('faults of single requests do not open the breaker', async () => {
  await using venue = await startVenue((response) => json(response, { msg: 'Invalid symbol.' }, 400));
  await using t = testClient([venue.url]);
  for (let n = 0; n < 10; n++) await failure(t.client.request(get('/')));
  expect(t.client.stats().breakers[host(venue)]).toBe('closed');
});

test.each(['ftp://x', 'https://user:pass@x', 'https://x?key=1', 'x', ''])('%s is no host', (url) => {
  expect(() => testClient([url])).toThrow(/a REST host must be http\(s\)/);
});
