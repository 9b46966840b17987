import { expect, test } from 'vitest';
import { knownName, outgoingAddress } from '../support/debian-proxies.ts';
import { until } from '../support/manual-clock.ts';
import { book, testSession } from '../support/session.ts';
import { startStreamVenue } from '../support/stream-venue.ts';
import { startTlsFront } from '../support/tls-front.ts';
import { exchange, kinds, login, resolving, run, withPasswords, wrong } from './fixture.ts';

const started = exchange();

/** A venue that streams over TLS; its certificate is for the name that the proxies know, and its address. */
async function secureVenue() {
  const venue = await startStreamVenue();
  const front = await startTlsFront(venue.port, started.current.authority.issue(`DNS:${knownName}`, 'IP:127.0.0.1'));
  return {
    venue,
    callers: front.callers,
    byAddress: `wss://127.0.0.1:${front.port}`,
    byName: `wss://${knownName}:${front.port}`,
    async [Symbol.asyncDispose]() {
      await front[Symbol.asyncDispose]();
      await venue[Symbol.asyncDispose]();
    },
  };
}

test.each(kinds)('%s through %s: data comes over TLS, and nothing goes direct', async (scheme, _program, start) => {
  await using proxy = await run(scheme, start, started.current.authority);
  await using secure = await secureVenue();
  const host = resolving.includes(scheme) ? secure.byName : secure.byAddress;
  await using t = testSession([host], { proxies: [proxy.url()], subscriptions: [book('a')] });
  t.session.start();
  await until(() => secure.venue.clients.some(({ topics }) => topics.has('a')));
  for (let n = 0; n < 20; n++) secure.venue.send('a', `${n} ${'x'.repeat(5000)}`);
  await t.received(20);
  expect(t.messages.map(({ text }) => text.split(' ')[2])).toEqual(Array.from({ length: 20 }, (_, n) => String(n)));
  expect(secure.callers).toEqual([outgoingAddress]);
  const lines = t.lines.filter((line) => line.includes('connected through the proxy'));
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ protocol: 'websocket', scheme, host: '127.0.0.1' }]);
});

test.each(withPasswords)('%s through %s: let in with user and password', async (scheme, _program, start) => {
  await using proxy = await run(scheme, start, started.current.authority, login);
  await using secure = await secureVenue();
  await using t = testSession([secure.byAddress], { proxies: [proxy.url(login)], subscriptions: [book('a')] });
  t.session.start();
  await t.event('subscribed');
  expect(secure.callers).toEqual([outgoingAddress]);
  expect(t.lines.join('')).not.toContain(login.password);
});

test.each(withPasswords)(
  '%s through %s: a wrong password is told as such, and nothing goes direct',
  async (scheme, _program, start) => {
    await using proxy = await run(scheme, start, started.current.authority, login);
    await using secure = await secureVenue();
    await using t = testSession([secure.byAddress], { proxies: [proxy.url(wrong)], subscriptions: [book('a')] });
    t.session.start();
    await t.event('failed');
    const [failed] = t.all('failed');
    expect(failed?.fault.kind).toBe('auth');
    expect(failed?.fault.message).toContain(
      `the proxy ${proxy.label} refused us: user name or password missing or wrong`,
    );
    expect(secure.callers).toEqual([]);
    expect(`${JSON.stringify(t.events)}${t.lines.join('')}`).not.toContain(wrong.password);
  },
);

test.each(kinds)('%s through %s: a certificate for another host is refused', async (scheme, _program, start) => {
  await using proxy = await run(scheme, start, started.current.authority);
  await using venue = await startStreamVenue();
  await using impostor = await startTlsFront(venue.port, started.current.authority.issue('DNS:other.test'));
  await using t = testSession([`wss://127.0.0.1:${impostor.port}`], {
    proxies: [proxy.url()],
    subscriptions: [book('a')],
  });
  t.session.start();
  await t.event('failed');
  expect(t.all('failed')[0]?.fault.message).toMatch(/certificate/i);
  expect(venue.attempts).toBe(0);
});
