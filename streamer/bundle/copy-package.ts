import { access, cp, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * Copies an installed package, and all that it depends on, into the folder `node_modules` of another place. Optional packages
 * that are not installed, as those for other machines, are left out.
 * @param from A folder from which the package can be found.
 * @param files All that is wanted of it, and nothing that it depends on.
 * @throws Error when a package that is needed is not installed.
 */
export async function copyPackage(
  name: string,
  from: string,
  target: string,
  files: readonly string[] | null = null,
): Promise<void> {
  const folder = await folderOf(name, from);
  if (folder === null) throw new Error(`${name} is not installed: run npm ci`);
  const to = join(target, 'node_modules', name);
  if (files !== null) {
    for (const file of files) await cp(join(folder, file), join(to, file));
    return;
  }
  await cp(folder, to, { recursive: true, filter: (path) => !/\.(?:map|d\.[cm]?ts|md)$/.test(path) });
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
  for (const needed of Object.keys(manifest.dependencies ?? {})) await copyPackage(needed, folder, target);
  for (const optional of Object.keys(manifest.optionalDependencies ?? {})) {
    if ((await folderOf(optional, folder)) !== null) await copyPackage(optional, folder, target);
  }
}

/** As Node looks for packages: in every `node_modules` on the way up. */
async function folderOf(name: string, from: string): Promise<string | null> {
  const folder = join(from, 'node_modules', name);
  try {
    await access(join(folder, 'package.json'));
    return folder;
  } catch {
    const above = dirname(from);
    return above === from ? null : folderOf(name, above);
  }
}
