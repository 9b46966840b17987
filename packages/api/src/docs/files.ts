import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The files of Swagger UI that the page needs, by name, with their types. */
export const docsFiles: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/**
 * Reads a file of swagger-ui-dist from where packages are installed; null where it is not. Who bundles the app brings the
 * files along, and gives `docsFile` in place of this.
 */
export async function installedFile(name: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
    return new Uint8Array(await readFile(join(folder, name)));
  } catch (error) {
    if (['MODULE_NOT_FOUND', 'ENOENT'].includes(String((error as NodeJS.ErrnoException).code))) return null;
    throw error;
  }
}
