import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import { temporaryFolder } from '../support/lake.ts';
import { eventually } from '../support/streaming.ts';

const script = join(import.meta.dirname, 'run.sh');

export interface RunOptions {
  /** In place of the command of the image. */
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Folders and files of this machine, by their place in the container. Volumes that are not named are new and empty. */
  readonly volumes?: Readonly<Record<string, string>>;
  /** Whether it has a network of its own, with nothing in it. Default: it has this machine's. */
  readonly isolated?: boolean;
}

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** A container that runs. */
export interface Container {
  /** Its first process, as this machine counts. */
  readonly pid: number;
  /** Folder on this machine of each volume. */
  readonly volumes: Readonly<Record<string, string>>;
  /** What it has written so far. */
  output(): string;
  hasEnded(): boolean;
  /** Runs one more command in it, as `docker exec` does. */
  exec(command: readonly string[]): Promise<Ended>;
  /** The health command of the image. */
  health(): Promise<Ended>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

/** Starts a container of the image, by what the image says about that; it ends with the test. */
export async function runContainer({ command, environment, volumes, isolated }: RunOptions = {}): Promise<Container> {
  const { config, root } = inject('image');
  const env = { ...environmentOf(config.Env), HOME: '/home/node', ...environment };
  const mounted = {
    ...Object.fromEntries(Object.keys(config.Volumes).map((path) => [path, newVolume(path)])),
    ...volumes,
  };
  const child = spawn(
    '/usr/bin/unshare',
    [
      ...['--mount', '--pid', '--fork', ...(isolated === true ? ['--net'] : [])],
      ...['/bin/bash', script, root, config.User],
      ...Object.entries(mounted).map(([to, from]) => `${from}:${to}`),
      ...['--', ...config.Entrypoint, ...(command ?? config.Cmd)],
    ],
    { env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const said = collected(child);
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, output: said() }));
  const pid = await firstProcess(child);
  onTestFinished(async () => {
    if (child.exitCode === null) process.kill(pid, 'SIGKILL');
    await ended;
  });
  const [uid = '', gid = ''] = config.User.split(':');
  const exec = async (args: readonly string[]) => {
    const inside = ['--mount', '--pid', '--net', '--root', '--wd', '--setuid', uid, '--setgid', gid];
    const other = spawn('/usr/bin/nsenter', ['--target', String(pid), ...inside, '--', ...args], { env });
    const output = collected(other);
    await once(other, 'close');
    return { code: other.exitCode, output: output() };
  };
  return {
    pid,
    volumes: mounted,
    output: said,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    exec,
    health: () => exec(config.Healthcheck.Test.slice(1)),
    kill: (signal) => void process.kill(pid, signal),
    ended,
  };

  /** As an engine makes it: empty, and of the owner that the folder has in the image. */
  function newVolume(path: string): string {
    const folder = join(temporaryFolder(), 'volume');
    mkdirSync(folder);
    const { uid, gid } = statSync(join(root, path));
    chownSync(folder, uid, gid);
    return folder;
  }
}

function environmentOf(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

function collected({ stdout, stderr }: ChildProcess): () => string {
  let text = '';
  for (const stream of [stdout, stderr]) {
    stream?.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
  }
  return () => text;
}

async function firstProcess({ pid = 0 }: ChildProcess): Promise<number> {
  const children = () => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  await eventually(() => children() !== '', 'the first process of the container');
  return Number(children());
}
