import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { buildah, configOf, type ImageConfig, makeBaseImage } from './buildah.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly image: BuiltImage;
  }
}

/** The image of the Dockerfile, as the tests have it. */
export interface BuiltImage {
  readonly name: string;
  readonly config: ImageConfig;
  /** Its root file system on this machine. */
  readonly root: string;
  /** A word that stands in every file that must not get into it. */
  readonly secret: string;
}

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);
const secret = 'npm_planted1Word2That3Must4Not5Get6Out';

/** What lies about in the folder of somebody who builds the image. */
const planted = [
  '.env',
  '.npmrc',
  'lake/v1/row.txt',
  'streamer/.env',
  'packages/cli/.env.production',
  'packages/lake/.npmrc',
  'secrets/id_rsa',
];

/** What they build in: a short age of segments, so that there is something to see soon. */
const settings = 'streamer:\n  segment:\n    max_age: 2s\n';

/** Builds the image once, for all tests. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (process.getuid?.() !== 0) throw new Error('images are built and run by root alone: sudo npm run test:container');
  const work = await mkdtemp(join(tmpdir(), 'feedlake-image-'));
  const context = join(work, 'context');
  const name = `localhost/feedlake-test-${process.pid}`;
  await Promise.all([makeBaseImage(await readFile(join(root, 'streamer/Dockerfile'), 'utf8')), makeContext(context)]);
  await build(name, context, work);
  const container = await buildah(['from', '--pull-never', name]);
  const mounted = await buildah(['mount', container]);
  project.provide('image', { name, config: await configOf(name), root: mounted, secret });
  return async () => {
    await buildah(['umount', container]);
    await buildah(['rm', container]);
    await buildah(['rmi', name]);
    await rm(work, { recursive: true, force: true });
  };
}

/** The repository as it is, without what is installed in it, and what must stay out of the image. */
async function makeContext(context: string): Promise<void> {
  const parts = ['.dockerignore', 'LICENSE', 'package.json', 'package-lock.json', 'functions', 'packages', 'streamer'];
  const filter = (path: string) => !path.endsWith('/node_modules');
  for (const part of parts) await cp(join(root, part), join(context, part), { recursive: true, filter });
  await writeFile(join(context, 'feedlake.yaml'), settings);
  for (const file of planted) {
    await mkdir(dirname(join(context, file)), { recursive: true });
    await writeFile(join(context, file), `TOKEN=${secret}\n`);
  }
}

async function build(name: string, context: string, work: string): Promise<void> {
  const npm = async (key: string) => (await run('npm', ['config', 'get', key])).stdout.trim();
  const [registry, cafile, cache] = await Promise.all(['registry', 'cafile', 'cache'].map(npm));
  const authority = process.env.NODE_EXTRA_CA_CERTS ?? (cafile === 'null' ? undefined : cafile);
  const npmrc = join(work, 'npmrc');
  const lines = [`registry=${registry}`, 'prefer-offline=true', `//registry.example/:_authToken=${secret}`];
  if (authority !== undefined) lines.push('cafile=/run/authority.crt');
  await writeFile(npmrc, `${lines.join('\n')}\n`);
  await buildah([
    'build',
    ...['--isolation', 'chroot', '--format', 'docker', '--pull-never', '--layers=false'],
    ...['--secret', `id=npmrc,src=${npmrc}`],
    ...['--volume', `${cache}:/root/.npm`],
    ...(authority === undefined ? [] : ['--volume', `${authority}:/run/authority.crt:ro`]),
    ...['--file', join(context, 'streamer/Dockerfile'), '--tag', name],
    context,
  ]);
}
