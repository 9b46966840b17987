import { openVenue, takeSnapshot } from '@feedlake/collector';
import { loadConfig } from '@feedlake/config';
import { createLogger } from '@feedlake/telemetry';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../support/lake.ts';
import { startOkx } from '../../support/okx.ts';
import { startHttpProxy, startSocksProxy, type TestProxy } from '../../support/proxies.ts';

const login = { user: 'ann', password: 'p@ss:w/rd%' };
const { signal } = new AbortController();

/** OKX as an operator sets it up: by variables alone. */
function open(more: Readonly<Record<string, string>>) {
  const lines: string[] = [];
  const logger = createLogger({ level: 'trace', stream: { write: (line) => lines.push(line) } });
  const environment = { FEEDLAKE_EXCHANGES__OKX__REST__RETRIES: '0', ...more };
  const { config } = loadConfig({ folder: temporaryFolder(), environment });
  const venue = openVenue(config, 'okx', logger, signal);
  onTestFinished(() => venue.close());
  return { venue, lines };
}

function url(scheme: string, { port }: TestProxy): string {
  return `${scheme}://${login.user}:${encodeURIComponent(login.password)}@127.0.0.1:${port}`;
}

const btc = { symbols: ['BTC-USDT-PERP'], scheduled: null, signal };

test.each([
  ['http', startHttpProxy],
  ['socks4a', startSocksProxy],
  ['socks5', startSocksProxy],
  ['socks5h', startSocksProxy],
] as const)('%s: everything that ccxt asks for goes through the proxy', async (scheme, start) => {
  await using proxy = await start(login);
  await using okx = await startOkx({ now: Date.now(), settlements: 1 });
  const { venue, lines } = open({
    FEEDLAKE_EXCHANGES__OKX__ENDPOINTS__REST: okx.url,
    FEEDLAKE_PROXY__EXCHANGES__OKX__REST: url(scheme, proxy),
  });
  for (const dataset of ['open_interest', 'funding_rates'] as const) {
    const { rows, failures } = await takeSnapshot(venue, dataset, btc);
    expect({ rows: rows.length, failures }).toEqual({ rows: 1, failures: [] });
  }
  expect(okx.seen.length).toBeGreaterThan(3);
  expect(okx.callers.filter((port) => !proxy.outgoing.includes(port))).toEqual([]);
  expect(lines.join('')).not.toContain(login.password);
  expect(lines.join('')).not.toContain(encodeURIComponent(login.password));
});

test('the exchange’s own hosts are reached by the proxy alone, and a proxy that refuses is no way around it', async () => {
  await using proxy = await startHttpProxy(login);
  const { venue } = open({ FEEDLAKE_PROXY__EXCHANGES__OKX__REST: url('http', proxy) });
  const { rows, failures } = await takeSnapshot(venue, 'open_interest', btc);
  expect(rows).toEqual([]);
  expect(failures.length).toBe(1);
  expect(failures[0]?.message).toMatch(/proxy http:\/\/127\.0\.0\.1/);
  expect(new Set(proxy.targets)).toEqual(new Set(['www.okx.com:443']));
  expect(venue.requests()).toBe(proxy.targets.length);

  await using strict = await startHttpProxy({ user: 'someone', password: 'else' });
  const refused = await takeSnapshot(
    open({ FEEDLAKE_PROXY__EXCHANGES__OKX__REST: url('http', strict) }).venue,
    'open_interest',
    btc,
  );
  expect(refused.failures[0]?.message).toMatch(/407/);
});
