import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Authority, certificateAuthority } from '../../support/certificates.ts';
import { until } from '../../support/manual-clock.ts';
import { type Login, startHttpProxy, startSocksProxy, type TestProxy } from '../../support/proxies.ts';
import { failure, get, testClient } from '../../support/rest.ts';
import { book, testSession } from '../../support/session.ts';
import { startStreamVenue } from '../../support/stream-venue.ts';
import { startTlsFront, type TlsFront } from '../../support/tls-front.ts';
import { json, startVenue } from '../../support/venue.ts';

const login: Login = { user: 'ann', password: 'p@ss:w/rd%' };
const wrong: Login = { user: 'ann', password: 'other-word' };
/** A name that only proxies know. */
const name = 'exchange.invalid';
const subscriptions = [book('a')];

const trusted = getCACertificates('default');
let authority: Authority;

beforeAll(() => {
  authority = certificateAuthority();
  setDefaultCACertificates([...trusted, authority.ca]);
});

afterAll(() => {
  setDefaultCACertificates(trusted);
  authority[Symbol.dispose]();
});

/** A proxy that demands the login, behind TLS where the scheme wants it. */
async function startProxy(scheme: string) {
  const proxy = await (scheme.startsWith('http') ? startHttpProxy(login) : startSocksProxy(login));
  const front = scheme === 'https' ? await startTlsFront(proxy.port, authority.issue('IP:127.0.0.1')) : null;
  const address = `127.0.0.1:${front?.port ?? proxy.port}`;
  return {
    proxy,
    label: `${scheme}://${address}`,
    url: ({ user, password }: Login) => `${scheme}://${user}:${encodeURIComponent(password)}@${address}`,
    async [Symbol.asyncDispose]() {
      await front?.[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

/** A venue behind TLS whose certificate is for its address and its name. */
async function behindTls(venue: AsyncDisposable & { readonly port: number }, ...names: string[]) {
  const front = await startTlsFront(venue.port, authority.issue(...names));
  return {
    front,
    async [Symbol.asyncDispose]() {
      await front[Symbol.asyncDispose]();
      await venue[Symbol.asyncDispose]();
    },
  };
}

const streamVenue = async (...names: string[]) => {
  const venue = await startStreamVenue();
  return { venue, ...(await behindTls(venue, ...names)) };
};
const restVenue = async (...names: string[]) => {
  const venue = await startVenue((response) => json(response, { text: 'x'.repeat(100_000) }));
  return { venue, ...(await behindTls(venue, ...names)) };
};

/** By name where the proxy resolves it, else by address. */
function hostOf(scheme: string, proxy: TestProxy, { port }: TlsFront): string {
  if (!['http', 'https', 'socks5h'].includes(scheme)) return `127.0.0.1:${port}`;
  proxy.names.set(name, port);
  return `${name}:${port}`;
}

/** All connections that the venue had were made by the proxy. */
function expectNothingDirect({ callers }: TlsFront, { outgoing }: TestProxy): void {
  expect(callers.length).toBe(outgoing.length);
}

function expectNoSecret(texts: readonly string[], { user, password }: Login): void {
  const secrets = [password, encodeURIComponent(password), btoa(`${user}:${password}`)];
  for (const text of texts) for (const secret of secrets) expect(text).not.toContain(secret);
}

const schemes = ['http', 'https', 'socks5', 'socks5h'];
const names = ['IP:127.0.0.1', `DNS:${name}`];

test.each(schemes)('%s: REST over TLS goes through the proxy, with user and password', async (scheme) => {
  await using through = await startProxy(scheme);
  await using secure = await restVenue(...names);
  const host = hostOf(scheme, through.proxy, secure.front);
  await using t = testClient([`https://${host}`], { proxies: [through.url(login)], concurrency: 3 });
  const replies = await Promise.all(Array.from({ length: 9 }, (_, n) => t.client.request(get(`/${n}`))));
  expect(replies.map(({ text }) => text.length)).toEqual(Array(9).fill(JSON.stringify({ text: '' }).length + 100_000));
  expect(secure.venue.seen.toSorted()).toEqual(Array.from({ length: 9 }, (_, n) => `/${n}`));
  expect(new Set(through.proxy.targets)).toEqual(new Set([host]));
  expectNothingDirect(secure.front, through.proxy);
  expect(t.lines.filter((line) => line.includes('connected through')).length).toBe(through.proxy.outgoing.length);
  expectNoSecret(t.lines, login);
});

test.each(schemes)('%s: a stream over TLS goes through the proxy, with user and password', async (scheme) => {
  await using through = await startProxy(scheme);
  await using secure = await streamVenue(...names);
  const host = hostOf(scheme, through.proxy, secure.front);
  await using t = testSession([`wss://${host}`], { subscriptions, proxies: [through.url(login)] });
  t.session.start();
  await until(() => secure.venue.clients.some(({ topics }) => topics.has('a')));
  for (let n = 0; n < 20; n += 1) secure.venue.send('a', `${n} ${'x'.repeat(5_000)}`);
  await t.received(20);
  expect(t.messages.map(({ text }) => text.split(' ')[2])).toEqual(Array.from({ length: 20 }, (_, n) => String(n)));
  expect(through.proxy.targets).toEqual([host]);
  expect(secure.front.callers.length).toBe(1);
  expectNothingDirect(secure.front, through.proxy);
  expect(t.session.stats().connections).toMatchObject([{ proxy: through.label }]);
  expectNoSecret([...t.lines, JSON.stringify(t.events)], login);
});

test.each(schemes)('%s: REST with a wrong password is an auth fault, and nothing goes direct', async (scheme) => {
  await using through = await startProxy(scheme);
  await using secure = await restVenue(...names);
  const host = hostOf(scheme, through.proxy, secure.front);
  await using t = testClient([`https://${host}`], { proxies: [through.url(wrong)] });
  const error = await failure(t.client.request(get('/')));
  expect(error.kind).toBe('auth');
  expect(error.message).toContain(`the proxy ${through.label} refused us`);
  expect([through.proxy.targets, secure.front.callers, secure.venue.seen]).toEqual([[], [], []]);
  expectNoSecret([error.stack ?? '', JSON.stringify(error), ...t.lines], wrong);
});

test.each(schemes)('%s: a stream with a wrong password is told as such, and nothing goes direct', async (scheme) => {
  await using through = await startProxy(scheme);
  await using secure = await streamVenue(...names);
  const host = hostOf(scheme, through.proxy, secure.front);
  await using t = testSession([`wss://${host}`], { subscriptions, proxies: [through.url(wrong)] });
  t.session.start();
  await t.event('unavailable');
  expect(t.all('failed')[0]?.fault.kind).toBe('auth');
  expect(t.all('failed')[0]?.fault.message).toContain(`the proxy ${through.label} refused us`);
  expect([through.proxy.targets, secure.front.callers, secure.venue.attempts]).toEqual([[], [], 0]);
  expectNoSecret([...t.lines, JSON.stringify(t.events), JSON.stringify(t.session.stats())], wrong);
});

test.each(schemes)('%s: a certificate for another host is refused, of REST and of streams', async (scheme) => {
  await using through = await startProxy(scheme);
  await using rest = await restVenue('DNS:other.test');
  await using stream = await streamVenue('DNS:other.test');
  await using client = testClient([`https://127.0.0.1:${rest.front.port}`], {
    proxies: [through.url(login)],
    retries: 0,
  });
  const error = await failure(client.client.request(get('/')));
  expect(error.message).toMatch(/certificate/i);
  await using t = testSession([`wss://127.0.0.1:${stream.front.port}`], {
    subscriptions,
    proxies: [through.url(login)],
  });
  t.session.start();
  await t.event('failed');
  expect(t.all('failed')[0]?.fault.message).toMatch(/certificate/i);
  expect([rest.venue.seen, stream.venue.attempts]).toEqual([[], 0]);
  expect(rest.front.callers.length + stream.front.callers.length).toBe(through.proxy.outgoing.length);
});

test('https: a proxy whose own certificate is for another host is not spoken to', async () => {
  await using proxy = await startHttpProxy(login);
  await using impostor = await startTlsFront(proxy.port, authority.issue('DNS:other.test'));
  await using rest = await restVenue(...names);
  const proxies = [`https://ann:${encodeURIComponent(login.password)}@127.0.0.1:${impostor.port}`];
  await using t = testClient([`https://127.0.0.1:${rest.front.port}`], { proxies, retries: 0 });
  const error = await failure(t.client.request(get('/')));
  expect(error.message).toMatch(/certificate/i);
  expect([proxy.targets, rest.front.callers]).toEqual([[], []]);
});
