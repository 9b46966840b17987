import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folder of real payloads: `FEEDLAKE_PAYLOADS`, else `../shared/payloads` beside the repository; null when absent. */
export function payloadFolder(): string | null {
  const folder = process.env.FEEDLAKE_PAYLOADS ?? resolve(import.meta.dirname, '../../../../shared/payloads');
  return existsSync(join(folder, 'MANIFEST.json')) ? folder : null;
}
