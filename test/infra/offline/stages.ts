import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DiffOptions } from './diff.ts';

/** A token that the API of every stage takes. */
export const token = 'a-token-for-tests';

const hash = createHash('sha256').update(token).digest('hex');

/** Texts that may be found nowhere in what is deployed, but encrypted. */
export const planted = {
  token: hash,
  proxyPassword: 'planted-proxy-password',
  okxKey: 'planted-okx-key',
};

const apiTokens = JSON.stringify([{ name: 'tests', sha256: hash, scopes: ['read', 'write'] }]);

/** What is deployed in tests: `ci` with nothing but defaults, `production` with a bit of everything. */
export const stages = {
  ci: { stage: 'ci', settings: null, secrets: { ApiTokens: apiTokens } },
  production: {
    stage: 'production',
    settings: readFileSync(join(import.meta.dirname, '../project/production.yaml'), 'utf8'),
    secrets: {
      ApiTokens: apiTokens,
      // As from a file: SST keeps the newline at its end.
      ProxyUrl: `http://user:${planted.proxyPassword}@proxy.example:3128\n`,
      OkxKey: planted.okxKey,
    },
  },
} as const satisfies Record<string, DiffOptions>;

export type StageName = keyof typeof stages;
