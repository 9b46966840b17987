import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { run } from '@feedlake/cli';
import { Lake, type LakeObject, openStore } from '@feedlake/lake';
import { type Simulator, type SimulatorOptions, startSimulator, type VenueId } from '@feedlake/simulator';
import { onTestFinished } from 'vitest';
import { collect, temporaryFolder } from './lake.ts';

const bin = join(import.meta.dirname, '../../packages/cli/src/bin.ts');

/** What a user sees of one run of the command. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with a feedlake.yaml that points at simulated exchanges. */
export interface Workspace {
  readonly folder: string;
  readonly simulator: Simulator;
  readonly lake: Lake;
  /** Runs the command in this process. */
  feedlake(args: readonly string[], stdin?: string): Promise<Ran>;
  /** Runs the command as a process of its own. */
  spawn(args: readonly string[]): Spawned;
  /** The objects of the lake. */
  objects(): Promise<LakeObject[]>;
}

/** The command as a process of its own. */
export interface Spawned {
  kill(signal: NodeJS.Signals): void;
  /** What stands on standard error so far. */
  said(): string;
  /** What stands on standard output so far. */
  out(): string;
  readonly stdout: Readable;
  /** Its end; with the signal that killed it as the code where one did. */
  readonly ended: Promise<{ code: number | NodeJS.Signals; stdout: string; stderr: string }>;
}

/** Settings of one exchange, beside its endpoint. */
export interface VenueSettings {
  readonly rest?: Readonly<Record<string, unknown>>;
}

/**
 * Makes a folder with settings for simulated exchanges, which end with the test. Requests are not sent again unless
 * the settings say so: tests don't wait.
 */
export async function workspace(
  options: SimulatorOptions = {},
  venues: Partial<Record<VenueId, VenueSettings>> = {},
): Promise<Workspace> {
  const folder = temporaryFolder();
  const simulator = await startSimulator({ seed: 7, symbols: 40, ...options });
  onTestFinished(() => simulator.close());
  const exchanges = Object.entries(simulator.urls).map(([id, url]) => {
    const { rest } = venues[id as VenueId] ?? {};
    const enabled = url !== '';
    return [id, { enabled, endpoints: enabled ? { rest: url } : {}, rest: { retries: 0, ...rest } }];
  });
  // YAML is a superset of JSON.
  const settings = { lake: 'lake', state_dir: 'state', exchanges: Object.fromEntries(exchanges) };
  writeFileSync(join(folder, 'feedlake.yaml'), JSON.stringify(settings, null, 2));
  const lakeFolder = join(folder, 'lake');
  const lake = new Lake(openStore(lakeFolder), { writer: 'test' });
  return {
    folder,
    simulator,
    lake,
    feedlake: (args, stdin) =>
      feedlake(['--config', join(folder, 'feedlake.yaml'), '--lake', lakeFolder, ...args], stdin),
    spawn: (args) => start(args, folder),
    objects: () => collect(lake.objects()),
  };
}

/** Runs the command in this process. */
export async function feedlake(args: readonly string[], stdin = ''): Promise<Ran> {
  const stdout = new Collected();
  const stderr = new Collected();
  const streams = { stdin: Readable.from([stdin]), stdout, stderr };
  const code = await run(args, streams, new AbortController().signal);
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** An empty folder, and the settings in it. */
export function settingsFile(settings: object): string {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'feedlake.yaml');
  writeFileSync(path, JSON.stringify(settings, null, 2));
  return path;
}

/** Runs the command as a process of its own, in a folder. */
export function start(args: readonly string[], cwd: string): Spawned {
  const child = spawn(process.execPath, [bin, ...args], { cwd });
  const stdout = new Collected();
  const stderr = new Collected();
  child.stdout.pipe(stdout);
  child.stderr.pipe(stderr);
  child.stdin.end();
  const ended = once(child, 'close').then(() => ({
    code: child.exitCode ?? child.signalCode ?? 'SIGKILL',
    stdout: stdout.text,
    stderr: stderr.text,
  }));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    kill: (signal) => child.kill(signal),
    said: () => stderr.text,
    out: () => stdout.text,
    stdout: child.stdout,
    ended,
  };
}

class Collected extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
