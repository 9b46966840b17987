import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Login } from './proxies.ts';

/** The address that these proxies call from: whoever sees another was reached past them. */
export const outgoingAddress = '127.0.0.2';
/** A name that these proxies alone can resolve, as 127.0.0.1. */
export const knownName = 'exchange.test';

/** A proxy from Debian as a process of its own, on loopback. */
export interface DebianProxy extends AsyncDisposable {
  readonly port: number;
  /** All that it has written about its work so far. */
  log(): string;
}

/** What a program needs to run with a name service of its own: users and hosts from files, not the machine's. */
const nameService = 'libnss_wrapper.so';

const packages = ['microsocks', 'dante-server', 'tinyproxy', 'libnss-wrapper', 'openssl'];

/**
 * Makes sure that all of it is installed.
 * @returns names and versions, for people
 * @throws Error naming the command that installs it.
 */
export function requireDebianProxies(): string[] {
  const missing = packages.filter((name) => spawnSync('dpkg', ['-s', name]).status !== 0);
  if (missing.length === 0) return packages.map((name) => `${name} ${version(name)}`);
  throw new Error(`real proxies are missing: apt-get install --no-install-recommends ${missing.join(' ')}`);
}

function version(name: string): string {
  const facts = execFileSync('dpkg', ['-s', name], { encoding: 'utf8' });
  return /^Version: (.*)$/m.exec(facts)?.[1] ?? 'of unknown version';
}

/** microsocks: SOCKS5. */
export function startMicrosocks(login?: Login): Promise<DebianProxy> {
  const who = login === undefined ? [] : ['-u', login.user, '-P', login.password];
  return start('microsocks', (port) => ({
    command: ['microsocks', '-i', '127.0.0.1', '-p', String(port), '-b', outgoingAddress, ...who],
  }));
}

/** Dante: SOCKS4, SOCKS4a and SOCKS5; with a login, which is a user of the system to it, SOCKS5 alone. */
export function startDante(login?: Login): Promise<DebianProxy> {
  const me = userInfo().username;
  return start('dante-server', (port, folder) => {
    const file = join(folder, 'danted.conf');
    writeFileSync(
      file,
      `logoutput: stderr
internal: 127.0.0.1 port = ${port}
external: ${outgoingAddress}
clientmethod: none
socksmethod: ${login === undefined ? 'none' : 'username'}
user.privileged: ${me}
user.unprivileged: ${me}
client pass {
  from: 127.0.0.0/8 to: 0.0.0.0/0
}
socks pass {
  from: 0.0.0.0/0 to: 0.0.0.0/0
  command: connect
  log: connect error
}
`,
    );
    return { command: ['/usr/sbin/danted', '-f', file, '-p', join(folder, 'pid'), '-N', '1'], login };
  });
}

/** tinyproxy: HTTP with CONNECT. */
export function startTinyproxy(login?: Login): Promise<DebianProxy> {
  return start('tinyproxy', (port, folder) => {
    const file = join(folder, 'tinyproxy.conf');
    const who = login === undefined ? '' : `BasicAuth ${login.user} ${login.password}\n`;
    writeFileSync(
      file,
      `Listen 127.0.0.1\nPort ${port}\nBind ${outgoingAddress}\nTimeout 60\nMaxClients 50\nLogLevel Connect\n${who}`,
    );
    return { command: ['tinyproxy', '-d', '-c', file] };
  });
}

interface Program {
  readonly command: readonly string[];
  /** A user of the system as the program sees it. */
  readonly login?: Login | undefined;
}

async function start(name: string, program: (port: number, folder: string) => Program): Promise<DebianProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'feedlake-test-'));
  const port = await freePort();
  const { command, login } = program(port, folder);
  const [path = '', ...words] = command;
  const child = spawn(path, words, {
    cwd: folder,
    env: { ...process.env, ...nameServiceOf(folder, login) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (log += text));
  const proxy: DebianProxy = {
    port,
    log: () => log,
    async [Symbol.asyncDispose]() {
      await stop(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    await untilListening(port, child);
  } catch (error) {
    await proxy[Symbol.asyncDispose]();
    throw new Error(`${name} does not start: ${log}`, { cause: error });
  }
  return proxy;
}

/** Users and hosts in files of the test's own: nothing on the machine is changed, and nobody else knows of them. */
function nameServiceOf(folder: string, login?: Login): NodeJS.ProcessEnv {
  const write = (name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  const { username, uid, gid } = userInfo();
  const hash =
    login === undefined ? '' : execFileSync('openssl', ['passwd', '-6', '-stdin'], { input: login.password });
  const users = [
    `${username}:x:${uid}:${gid}::/:/bin/sh`,
    ...(login === undefined ? [] : [`${login.user}:x:4242:4242::/:/`]),
  ];
  const shadow = login === undefined ? '' : `${login.user}:${String(hash).trim()}:20000:0:99999:7:::\n`;
  return {
    LD_PRELOAD: nameService,
    NSS_WRAPPER_PASSWD: write('passwd', `${users.join('\n')}\n`),
    NSS_WRAPPER_GROUP: write('group', `group:x:${gid}:\n`),
    NSS_WRAPPER_SHADOW: write('shadow', shadow),
    NSS_WRAPPER_HOSTS: write('hosts', `127.0.0.1 ${knownName}\n`),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilListening(port: number, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await accepts(port))) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    if (Date.now() > deadline) throw new Error('nothing listens');
    await delay(20);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const ended = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), 2000);
  await ended;
  clearTimeout(timer);
}
