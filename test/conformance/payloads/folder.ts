import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * The folder of real payloads: `FEEDLAKE_PAYLOADS`, else `../shared/payloads` beside the repository; null when that is
 * absent.
 * @throws Error when `FEEDLAKE_PAYLOADS` names a folder without payloads.
 */
export function payloadFolder(): string | null {
  const named = process.env.FEEDLAKE_PAYLOADS;
  const folder = named ?? resolve(import.meta.dirname, '../../../../shared/payloads');
  if (existsSync(join(folder, 'MANIFEST.json'))) return folder;
  if (named !== undefined) throw new Error(`FEEDLAKE_PAYLOADS: there is no MANIFEST.json in ${named}`);
  return null;
}
