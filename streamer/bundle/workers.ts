import { glob, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

const workerUrl = /new URL\('\.\/([\w-]+)\.ts', import\.meta\.url\)/g;

/**
 * The modules that sources start threads with, as `new Worker(new URL('./name.ts', import.meta.url))`: each has to be an entry
 * of a bundle.
 * @param root The repository.
 * @returns paths relative to it.
 */
export async function findWorkers(root: string): Promise<string[]> {
  const workers: string[] = [];
  for await (const path of glob('packages/*/src/**/*.ts', { cwd: root })) {
    const source = await readFile(join(root, path), 'utf8');
    for (const [, name] of source.matchAll(workerUrl)) workers.push(join(dirname(path), `${name}.ts`));
  }
  return workers.sort();
}

/** Makes these URLs end in `.js`: esbuild leaves them as they are, and in a bundle all modules stand in one folder. */
export const workerUrls: Plugin = {
  name: 'worker-urls',
  setup(build) {
    build.onLoad({ filter: /\/packages\/[^/]+\/src\/.*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      return { contents: source.replace(workerUrl, "new URL('./$1.js', import.meta.url)"), loader: 'ts' };
    });
  },
};
