import { startSimulator } from '@feedlake/simulator';
import { expect, onTestFinished, test } from 'vitest';
import { feedlake, settingsFile } from '../../support/cli.ts';
import { startHttpProxy, startSilence, startSocksProxy } from '../../support/proxies.ts';

const login = { user: 'ann', password: 'hunter2' };

async function simulator() {
  const started = await startSimulator({ seed: 7, symbols: 10 });
  onTestFinished(() => started.close());
  return started;
}

const check = (settings: object, ...more: string[]) =>
  feedlake(['proxy', 'check', '--config', settingsFile(settings), ...more]);

test('each way of each exchange is tried once and said for what it is', async () => {
  const { urls, faults, requests } = await simulator();
  await using good = await startSocksProxy(login);
  await using strict = await startHttpProxy({ user: 'ann', password: 'other' });
  await using silent = await startSilence();
  await faults.add({ kind: '451', venue: 'bybit' });
  await faults.add({ kind: '429', venue: 'hyperliquid' });
  await faults.add({ kind: '5xx', venue: 'backpack' });
  const secret = `${login.user}:${login.password}@127.0.0.1`;
  const rest = { timeout: '500ms' };
  const { code, stdout, stderr } = await check(
    {
      exchanges: {
        binance: { endpoints: { rest: urls.binance }, rest },
        bybit: { endpoints: { rest: urls.bybit }, rest },
        hyperliquid: { endpoints: { rest: urls.hyperliquid }, rest },
        backpack: { endpoints: { rest: urls.backpack }, rest },
      },
      proxy: {
        exchanges: {
          binance: {
            rest: [`socks5h://${secret}:${good.port}`, `http://${secret}:${strict.port}`, `socks4://${secret}:1`],
            websocket: [`socks5h://${secret}:${good.port}`, `socks5://${secret}:${silent.port}`],
          },
        },
      },
    },
    '--format',
    'json',
  );
  expect(code).toBe(3);
  expect(stderr).toContain('1 of 7 ways in use reach their exchange');
  const said = JSON.parse(stdout).map((row: Record<string, unknown>) => [
    row.exchange,
    row.proxy,
    row.used_for,
    row.result,
    row.status,
    row.fault,
  ]);
  const both = ['rest', 'websocket'];
  expect(said).toEqual([
    ['binance', `socks5h://127.0.0.1:${good.port}`, both, 'answers', 200, null],
    ['binance', `http://127.0.0.1:${strict.port}`, ['rest'], 'proxy_fails', null, 'auth'],
    ['binance', 'socks4://127.0.0.1:1', ['rest'], 'proxy_fails', null, 'network'],
    ['binance', `socks5://127.0.0.1:${silent.port}`, ['websocket'], 'proxy_fails', null, 'timeout'],
    ['binance', 'direct', [], 'answers', 200, null],
    ['bybit', 'direct', both, 'blocked', 451, 'geo_blocked'],
    ['hyperliquid', 'direct', both, 'limited', 429, 'rate_limited'],
    ['backpack', 'direct', both, 'exchange_fails', 503, 'maintenance'],
  ]);
  expect(requests('binance').map(({ path }) => path)).toEqual(['/fapi/v1/ping', '/fapi/v1/ping']);
  expect(`${stdout}${stderr}`).not.toMatch(/hunter2|ann:/);
});

test('all well: a table, and the direct way of no account where it is not in use', async () => {
  const { urls, faults } = await simulator();
  await using proxy = await startHttpProxy();
  const caller = `http://127.0.0.1:${proxy.port}`;
  const settings = {
    exchanges: { bybit: { endpoints: { rest: urls.bybit } } },
    proxy: { default: { rest: caller, websocket: caller } },
  };
  const { code, stdout } = await check(settings, '--exchange', 'bybit');
  expect(code).toBe(0);
  const [head = '', first = '', second = ''] = stdout.split('\n');
  expect(head).toMatch(/^exchange +proxy +used for +result +status +ms +what went wrong$/);
  expect(first).toMatch(
    new RegExp(`^bybit +http://127\\.0\\.0\\.1:${proxy.port} +rest, websocket +answers +200 +\\d+$`),
  );
  expect(second).toMatch(/^bybit +direct +- +answers +200 +\d+$/);

  await faults.add({ kind: '403-html', venue: 'bybit' });
  expect((await check(settings, '--exchange', 'bybit')).code).toBe(1);
});

test('an exchange that goes through ccxt is tried by its list of instruments', async () => {
  const { urls, faults } = await simulator();
  await using proxy = await startSocksProxy(login);
  const settings = (password: string) => ({
    exchanges: { bybit: { engine: 'ccxt', endpoints: { rest: urls.bybit } } },
    proxy: { exchanges: { bybit: { rest: `socks5://ann:${password}@127.0.0.1:${proxy.port}` } } },
  });
  const results = async (password: string) => {
    const { stdout } = await check(settings(password), '--exchange', 'bybit', '--format', 'json');
    return JSON.parse(stdout).map((row: Record<string, unknown>) => [row.proxy, row.result, row.status]);
  };
  const label = `socks5://127.0.0.1:${proxy.port}`;
  expect(await results(login.password)).toEqual([
    [label, 'answers', 200],
    ['direct', 'answers', 200],
  ]);
  expect((await results('other'))[0]).toEqual([label, 'proxy_fails', null]);
  await faults.add({ kind: '403-html', venue: 'bybit' });
  expect((await results(login.password))[0]).toEqual([label, 'blocked', 403]);
});

test('an exchange that refuses connections is told from a proxy that does', async () => {
  await using proxy = await startSocksProxy();
  const settings = {
    exchanges: { binance: { endpoints: { rest: 'http://127.0.0.1:1' } } },
    proxy: { exchanges: { binance: { rest: `socks5://127.0.0.1:${proxy.port}` } } },
  };
  const { code, stdout } = await check(settings, '--exchange', 'binance', '--format', 'json');
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual([
    expect.objectContaining({
      result: 'no_connection',
      message: expect.stringContaining('did not connect to 127.0.0.1:1'),
    }),
    expect.objectContaining({ result: 'no_connection', message: 'connection refused by 127.0.0.1:1' }),
  ]);
});

test('switched off, only the direct way is tried, and it is said', async () => {
  const { urls } = await simulator();
  const settings = {
    exchanges: { binance: { endpoints: { rest: urls.binance } } },
    proxy: { enabled: false, default: { rest: 'socks5://127.0.0.1:1' } },
  };
  const { code, stdout, stderr } = await check(settings, '--exchange', 'binance', '--format', 'json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([{ proxy: 'direct', used_for: ['rest', 'websocket'] }]);
  expect(stderr).toContain('proxies are switched off');
});

test('a word that is wrong is said before anything is tried', async () => {
  expect(await check({}, '--format', 'csv')).toMatchObject({
    code: 2,
    stderr: 'feedlake: --format csv: choose one of table, json\n',
  });
  expect((await check({}, '--exchange', 'nope')).code).toBe(2);
});
