import { inspect } from 'node:util';
import { startSimulator } from '@feedlake/simulator';
import { Metrics } from '@feedlake/telemetry';
import { malformed, RestClient } from '@feedlake/transport';
import fc from 'fast-check';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { feedlake, settingsFile } from '../support/cli.ts';
import { temporaryFolder } from '../support/lake.ts';
import { startHttpProxy, startSocksProxy } from '../support/proxies.ts';
import { plainRules, testClient } from '../support/rest.ts';
import { startVenue } from '../support/venue.ts';

/** The forms in which a secret could get out. */
function forms(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64');
  return [secret, encodeURIComponent(secret), encodeURI(secret), base64.replace(/=+$/, '')];
}

/** Any text that a shell and a URL can carry. */
const texts = fc
  .oneof(
    fc.string({ minLength: 10, maxLength: 40, unit: 'grapheme' }),
    fc.base64String({ minLength: 12, maxLength: 60 }),
    fc.stringMatching(/^[a-z0-9]{12,40}$/),
  )
  .filter((text) => text.isWellFormed() && text.trim().length >= 8 && !text.includes('\0') && !text.includes('•'));

/** Any text that a header can carry. */
const words = fc.stringMatching(/^[!-~]{10,60}$/);

function expectHidden(shown: string, secret: string, ordinary: string): void {
  fc.pre(!forms(secret).some((form) => ordinary.includes(form)));
  for (const form of forms(secret)) expect(shown).not.toContain(form);
}

/** All that an error can show of itself, in a crash too. */
function shownOf(error: unknown): string {
  return `${error instanceof Error ? error.stack : ''}${JSON.stringify(error)}${inspect(error, { depth: 12 })}`;
}

/** How an exchange may answer; `said` is what it repeats. */
const answers = [
  (said: string) => ({ status: 400, type: 'application/json', body: JSON.stringify({ code: -1, msg: said }) }),
  (said: string) => ({ status: 401, type: 'application/json', body: JSON.stringify({ [said]: [said] }) }),
  (said: string) => ({ status: 403, type: 'text/html', body: `<title>${said}</title>` }),
  (said: string) => ({ status: 451, type: 'text/plain', body: said }),
  (said: string) => ({ status: 503, type: 'text/plain', body: said }),
  (said: string) => ({ status: 200, type: 'application/json', body: `{"broken": ${said}` }),
  (said: string) => ({ status: 200, type: 'application/json', body: JSON.stringify({ said }) }),
];

test('nothing that a request carries gets out, however the exchange repeats it', async () => {
  let answer = { status: 200, type: 'application/json', body: '{}' };
  await using venue = await startVenue((response) => {
    response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
  });
  await using strict = await startHttpProxy({ user: 'other', password: 'other' });
  await using socks = await startSocksProxy({ user: 'other', password: 'other' });
  await using open = await startHttpProxy();

  const shown = async (query: string, key: string, answerOf: (said: string) => typeof answer, pad: number) => {
    const base64 = [query, key].map((text) => Buffer.from(text).toString('base64'));
    const said = [query, key, ...base64, encodeURIComponent(query), encodeURIComponent(key)].join(' ');
    answer = answerOf(`${'.'.repeat(pad)} ${said}`);
    const user = `${encodeURIComponent(query)}:${encodeURIComponent(query)}@127.0.0.1`;
    const metrics = new Metrics();
    await using t = testClient([venue.url], {
      rules: plainRules({ headers: { 'X-API-KEY': key } }),
      proxies: [`http://${user}:${strict.port}`, `socks5://${user}:${socks.port}`, `http://${user}:${open.port}`],
      metrics,
      retries: 0,
    });
    const path = `/order?symbol=X&signature=${encodeURIComponent(query)}`;
    const request = { method: 'GET', path, headers: { authorization: `Bearer ${key}` }, costs: {} } as const;
    const result = await t.client.request(request).then(
      (reply) => malformed(t.exchange, reply, 'not that'),
      (error: unknown) => error,
    );
    return [shownOf(result), ...t.lines, await metrics.text(), JSON.stringify(t.client.stats())].join('\n');
  };

  let ordinary = '';
  for (const answerOf of answers) ordinary += await shown('an-ordinary-text', 'an-ordinary-key', answerOf, 0);
  await fc.assert(
    fc.asyncProperty(texts, words, fc.constantFrom(...answers), fc.nat(220), async (query, key, answerOf, pad) => {
      const all = await shown(query, key, answerOf, pad);
      expectHidden(all, query, ordinary);
      expectHidden(all, key, ordinary);
    }),
    { numRuns: 120 },
  );
});

test('no complaint about a host or a proxy repeats it', () => {
  const places: ((secret: string) => { hosts: string[]; proxies: string[] })[] = [
    (secret) => ({ hosts: [`https://user:${secret}@api.example`], proxies: ['direct'] }),
    (secret) => ({ hosts: [`https://api.example/?key=${secret}`], proxies: ['direct'] }),
    (secret) => ({ hosts: [secret], proxies: ['direct'] }),
    (secret) => ({ hosts: ['https://api.example'], proxies: [`socks5://user:${secret}@proxy.example`] }),
    (secret) => ({ hosts: ['https://api.example'], proxies: [`ftp://user:${secret}@proxy.example:21`] }),
    (secret) => ({ hosts: ['https://api.example'], proxies: [`${secret}://proxy.example:21`] }),
    (secret) => ({ hosts: ['https://api.example'], proxies: [secret] }),
  ];
  const complaint = (options: { hosts: string[]; proxies: string[] }): string => {
    try {
      void new RestClient({ exchange: 'venue', rules: plainRules(), ...options }).close();
      return '';
    } catch (error) {
      return shownOf(error);
    }
  };
  fc.assert(
    fc.property(texts, fc.constantFrom(...places), (secret, place) => {
      expectHidden(complaint(place(secret)), secret, complaint(place('no-secret-at-all')));
    }),
    { numRuns: 200 },
  );
});

afterEach(() => vi.unstubAllEnvs());

test('nothing that the settings hold gets out of the command, whatever it does and however it fails', async () => {
  const simulator = await startSimulator({ seed: 7, symbols: 10 });
  onTestFinished(() => simulator.close());
  const { binance, bybit } = simulator.urls;
  const file = settingsFile({
    lake: temporaryFolder(),
    exchanges: {
      binance: { endpoints: { rest: binance }, rest: { retries: 0 }, credentials: { secret: `\${FILE_SECRET}` } },
      bybit: { endpoints: { rest: bybit }, rest: { retries: 0 } },
    },
  });
  await using strict = await startHttpProxy({ user: 'other', password: 'other' });
  await using open = await startSocksProxy();
  const commands = [
    ['config', 'show'],
    ['config', 'show', '--format', 'json'],
    ['config', 'validate'],
    ['proxy', 'check', '--exchange', 'binance', '--log-level', 'trace'],
    ['fetch-oi', 'BTC-USDT-PERP', '--exchange', 'binance', '--log-level', 'trace'],
    ['fetch-oi', 'BTC-USDT-PERP', '--exchange', 'bybit', '--log-level', 'trace'],
  ];
  const shown = async (secret: string, command: readonly string[]): Promise<string> => {
    const encoded = encodeURIComponent(secret);
    const who = `${encoded}:${encoded}@127.0.0.1`;
    vi.stubEnv('FILE_SECRET', secret);
    vi.stubEnv('FEEDLAKE_EXCHANGES__BYBIT__CREDENTIALS__API_KEY', secret);
    vi.stubEnv('FEEDLAKE_EXCHANGES__OKX__OPTIONS', JSON.stringify({ headers: { authorization: secret } }));
    vi.stubEnv(
      'FEEDLAKE_PROXY__EXCHANGES__BINANCE__REST',
      `http://${who}:${strict.port},socks5h://${who}:${open.port}`,
    );
    vi.stubEnv('FEEDLAKE_PROXY__EXCHANGES__BYBIT__REST', `http://${who}:${strict.port}`);
    vi.stubEnv('FEEDLAKE_PROXY__DEFAULT__WEBSOCKET', `https://${who}:1`);
    const { code, stdout, stderr } = await feedlake([...command, '--config', file]);
    expect(code).not.toBe(2);
    return `${stdout}${stderr}`;
  };
  let ordinary = '';
  for (const command of commands) ordinary += await shown('an-ordinary-text', command);
  await fc.assert(
    fc.asyncProperty(texts, fc.constantFrom(...commands), async (secret, command) => {
      expectHidden(await shown(secret, command), secret, ordinary);
    }),
    { numRuns: 60 },
  );
});
