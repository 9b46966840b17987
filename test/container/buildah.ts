import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const baseScript = join(import.meta.dirname, 'base-image.sh');
const nodeFolder = join(root, 'node_modules', `node-linux-${process.arch}`);

/** Where images are kept between runs: a place of their own for each version of the base image. */
const home = `/var/tmp/feedlake-container/${versionOf([baseScript, join(nodeFolder, 'package.json')])}`;
const storage = ['--root', join(home, 'storage'), '--runroot', join(home, 'run')];

/** What an image says about how it is run, in Docker's words. */
export interface ImageConfig {
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly User: string;
  readonly WorkingDir: string;
  readonly Volumes: Readonly<Record<string, object>>;
  readonly ExposedPorts: Readonly<Record<string, object>>;
  readonly Labels: Readonly<Record<string, string>>;
  readonly StopSignal: string;
  readonly Healthcheck: { readonly Test: readonly string[] };
}

/** Runs buildah, and gives what it writes. */
export async function buildah(args: readonly string[]): Promise<string> {
  const { stdout } = await run('buildah', [...storage, ...args], { maxBuffer: 2 ** 26 });
  return stdout.trim();
}

/** Makes the image that the Dockerfile begins with, where it is not there yet. */
export async function makeBaseImage(dockerfile: string): Promise<void> {
  const name = /^ARG NODE_IMAGE=(\S+)$/m.exec(dockerfile)?.[1];
  await run(baseScript, [`docker.io/library/${name}`, nodeFolder, 'buildah', ...storage]);
}

/** How an image is to be run. */
export async function configOf(image: string): Promise<ImageConfig> {
  const { Docker } = JSON.parse(await buildah(['inspect', '--type', 'image', image])) as {
    Docker: { config: ImageConfig };
  };
  return Docker.config;
}

function versionOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
}
