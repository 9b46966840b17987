import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { outgoingAddress, startDante, startMicrosocks, startTinyproxy } from '../support/debian-proxies.ts';
import { temporaryFolder } from '../support/lake.ts';
import { exchange, login, run, wrong } from './fixture.ts';

const started = exchange();
const bin = join(import.meta.dirname, '../../packages/cli/src/bin.ts');

/** The command as an operator runs it whose exchange has a certificate of a private authority. */
function feedlake(args: readonly string[], environment: NodeJS.ProcessEnv) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: started.current.authority.caFile, ...environment };
    const child = execFile(
      process.execPath,
      [bin, ...args],
      { cwd: temporaryFolder(), env },
      (_error, stdout, stderr) => {
        resolve({ code: child.exitCode ?? -1, stdout, stderr });
      },
    );
  });
}

test('proxy check tells real proxies apart: let in, locked out, dead', async () => {
  const { authority, front, byName } = started.current;
  await using http = await run('http', startTinyproxy, authority, login);
  await using https = await run('https', startTinyproxy, authority, login);
  await using dante = await run('socks5h', startDante, authority, login);
  await using microsocks = await run('socks5h', startMicrosocks, authority, login);
  const good = [http, https, dante, microsocks].map((proxy) => ({ proxy, url: proxy.url(login) }));
  const bad = [http, https, dante, microsocks].map((proxy) => ({ proxy, url: proxy.url(wrong) }));
  const dead = `socks5h://${login.user}:${login.password}@127.0.0.1:1`;
  const { code, stdout, stderr } = await feedlake(['proxy', 'check', '--exchange', 'binance', '--format', 'json'], {
    FEEDLAKE_EXCHANGES__BINANCE__ENDPOINTS__REST: byName,
    FEEDLAKE_PROXY__EXCHANGES__BINANCE__REST: JSON.stringify([...good, ...bad].map(({ url }) => url).concat(dead)),
  });
  expect(JSON.parse(stdout)).toEqual([
    ...good.map(({ proxy }) => expect.objectContaining({ proxy: proxy.label, result: 'answers', status: 200 })),
    ...bad.map(({ proxy }) => expect.objectContaining({ proxy: proxy.label, result: 'proxy_fails', fault: 'auth' })),
    expect.objectContaining({ proxy: 'socks5h://127.0.0.1:1', result: 'proxy_fails', fault: 'network' }),
    // The name resolves for the proxies only.
    expect.objectContaining({ proxy: 'direct', result: 'no_connection', used_for: ['websocket'] }),
  ]);
  expect(code).toBe(3);
  expect(new Set(front.callers)).toEqual(new Set([outgoingAddress]));
  expect(front.callers.length).toBe(good.length);
  for (const { password } of [login, wrong]) expect(`${stdout}${stderr}`).not.toContain(password);
});

test('the open interest of an exchange comes through a real proxy, whole', async () => {
  const { authority, front, byName } = started.current;
  front.callers.length = 0;
  await using proxy = await run('socks5h', startDante, authority, login);
  const { code, stdout, stderr } = await feedlake(
    ['fetch-oi', 'BTC-USDT-PERP', '--exchange', 'binance', '--format', 'ndjson', '--log-level', 'info'],
    {
      FEEDLAKE_EXCHANGES__BINANCE__ENDPOINTS__REST: byName,
      FEEDLAKE_PROXY__DEFAULT__REST: proxy.url(login),
    },
  );
  expect([code, JSON.parse(stdout).symbol]).toEqual([0, 'BTC-USDT-PERP']);
  expect(stderr).toContain(`connected through the proxy ${proxy.label}`);
  expect(new Set(front.callers)).toEqual(new Set([outgoingAddress]));
});
