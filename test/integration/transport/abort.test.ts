import { expect, test } from 'vitest';
import { get, plainRules, testClient } from '../../support/rest.ts';
import { json, startVenue } from '../../support/venue.ts';

const never = { now: () => 0, delay: (_ms: number, signal?: AbortSignal) => untilAborted(signal) };

function untilAborted(signal?: AbortSignal): Promise<void> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
}

test('an abort ends a request under way with its own reason', async () => {
  const stop = new AbortController();
  const reason = new Error('enough');
  await using venue = await startVenue(() => stop.abort(reason));
  await using t = testClient([venue.url]);
  await expect(t.client.request(get('/'), stop.signal)).rejects.toBe(reason);
  expect(t.client.stats().byFault).toEqual({});
});

test('an abort ends a backoff', async () => {
  const stop = new AbortController();
  await using venue = await startVenue((response) => json(response, {}, 503));
  await using t = testClient([venue.url], {
    clock: never,
    onReply: () => setImmediate(() => stop.abort(new Error('enough'))),
  });
  await expect(t.client.request(get('/'), stop.signal)).rejects.toThrow('enough');
  expect(venue.seen.length).toBe(1);
});

test('an abort ends the waiting for budget, and the others keep their turn', async () => {
  const stop = new AbortController();
  await using venue = await startVenue((response) => json(response, {}));
  const rules = plainRules({ budgets: [{ pool: 'weight', capacity: 2, seconds: 60 }] });
  await using t = testClient([venue.url], { rules, clock: never });
  await t.client.request(get('/1', { weight: 1 }));
  const large = t.client.request(get('/2', { weight: 2 }), stop.signal);
  const small = t.client.request(get('/3', { weight: 1 }));
  stop.abort(new Error('enough'));
  await expect(large).rejects.toThrow('enough');
  await small;
  expect(venue.seen).toEqual(['/1', '/3']);
});

test('an abort ends the waiting for a slot, and the slot is not lost', async () => {
  const stop = new AbortController();
  await using venue = await startVenue((response) => setImmediate(() => json(response, {})));
  await using t = testClient([venue.url], { concurrency: 1 });
  const first = t.client.request(get('/1'));
  const second = t.client.request(get('/2'), stop.signal);
  const third = t.client.request(get('/3'));
  await new Promise((resolve) => setImmediate(resolve));
  stop.abort(new Error('enough'));
  await expect(second).rejects.toThrow('enough');
  await Promise.all([first, third, t.client.request(get('/4'))]);
  expect(venue.seen).toEqual(['/1', '/3', '/4']);
});

test('an abort ends the waiting for a host’s probe', async () => {
  const stop = new AbortController();
  await using t = testClient(['http://127.0.0.1:1'], { retries: 0, clock: never });
  for (let n = 0; n < 5; n++) await t.client.request(get('/')).catch(() => {});
  const waiting = t.client.request(get('/'), stop.signal);
  setImmediate(() => stop.abort(new Error('enough')));
  await expect(waiting).rejects.toThrow('enough');
});

test('a signal that is aborted before sends nothing', async () => {
  await using venue = await startVenue((response) => json(response, {}));
  await using t = testClient([venue.url]);
  await expect(t.client.request(get('/'), AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
  expect(venue.seen).toEqual([]);
});

test('closing ends what is under way and says so', async () => {
  const { promise: arrived, resolve } = Promise.withResolvers<void>();
  await using venue = await startVenue(() => resolve());
  await using t = testClient([venue.url]);
  const request = t.client.request(get('/'));
  request.catch(() => {});
  await arrived;
  await t.client.close();
  await expect(request).rejects.toThrow('the REST client was closed');
  await expect(t.client.request(get('/'))).rejects.toThrow('the REST client was closed');
});
