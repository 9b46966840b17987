import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runCommand } from './run-command.ts';

const root = join(import.meta.dirname, '../../..');
const tools = join(import.meta.dirname, '../tools');

/** A copy of the project that `sst` can be run in, so that nothing of it, and no settings of yours, touch your own `.sst`. */
export interface OfflineProject {
  readonly folder: string;
  /** A folder for programs in place of those that `sst` would download. */
  readonly configHome: string;
}

/** What the program reads and nobody changes here. */
const linked = ['node_modules', 'packages', 'functions', 'streamer', 'package.json', 'package-lock.json'];
const copied = ['sst.config.ts', 'infra'];

/**
 * Makes the copy, or brings it up to date, with SST's platform in it. It is kept between runs, as installing that takes
 * seconds with Bun and half a minute without.
 * @param name several copies are independent of each other
 */
export async function offlineProject(name: string): Promise<OfflineProject> {
  const folder = join(root, '.offline', name);
  const project = { folder, configHome: join(folder, 'config-home') };
  await mkdir(folder, { recursive: true });
  for (const entry of linked) {
    if (!existsSync(join(folder, entry)) && existsSync(join(root, entry))) {
      await symlink(join(root, entry), join(folder, entry));
    }
  }
  for (const entry of copied) {
    await rm(join(folder, entry), { recursive: true, force: true });
    await cp(join(root, entry), join(folder, entry), { recursive: true });
  }
  await standIns(project);
  await installPlatform(project);
  return project;
}

/** `sst` looks for its tools in a folder of its own and asks each for its version. */
async function standIns({ configHome }: OfflineProject): Promise<void> {
  const bin = join(configHome, 'sst/bin');
  await mkdir(bin, { recursive: true });
  const pulumi = join(bin, 'pulumi');
  await writeFile(pulumi, `#!/bin/sh\nexec "${process.execPath}" "${join(import.meta.dirname, 'pulumi.ts')}" "$@"\n`);
  await chmod(pulumi, 0o755);
}

async function installPlatform(project: OfflineProject): Promise<void> {
  const { folder, configHome } = project;
  const version = await installedVersion();
  const stamp = join(folder, '.platform-of');
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === version) return;
  await rm(join(folder, '.sst'), { recursive: true, force: true });
  const bun = await bunPath();
  const { code, stdout, stderr } = await runCommand(sstPath, ['install', '--stage', 'ci'], {
    cwd: folder,
    env: {
      ...process.env,
      ...offlineVariables(configHome),
      ...(bun === null ? { SST_NO_BUN: '1' } : { SST_BUN_PATH: bun }),
      SST_SKIP_DEPENDENCY_CHECK: '1',
    },
  });
  if (code !== 0) throw new Error(`sst install failed (${code})\n${stdout}\n${stderr}`);
  await writeFile(stamp, version);
}

/** The command. */
export const sstPath = join(root, 'node_modules/.bin/sst');

/** Variables of every run. */
export function offlineVariables(configHome: string): NodeJS.ProcessEnv {
  return {
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    XDG_CONFIG_HOME: configHome,
    SST_TELEMETRY_DISABLED: '1',
  };
}

async function installedVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'node_modules/sst/package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

/** Bun, from npm, by a lockfile of its own; null where that has none for this machine: npm does the work then. */
async function bunPath(): Promise<string | null> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  const bun = join(tools, 'node_modules/@oven/bun-linux-x64-baseline/bin/bun');
  if (!existsSync(bun)) await runCommand('npm', ['ci', '--no-audit', '--no-fund'], { cwd: tools, env: process.env });
  return existsSync(bun) ? bun : null;
}
