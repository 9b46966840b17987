import { createToken, hashToken } from '@feedlake/api';
import { isoDate, now, parseIsoTime } from '@feedlake/schema';
import { exitCode, UsageError } from '../exit.ts';
import type { Streams } from '../streams.ts';

export interface ApiTokenOptions {
  readonly name: string;
  readonly scope?: readonly string[];
  readonly expires?: string;
  readonly format: string;
}

const known = ['read', 'write'];

/**
 * `feedlake api-token create`: makes a token of the API. The token is written once and kept nowhere; what the settings
 * need is its hash, in an entry for `api.tokens`.
 * @returns the exit code.
 * @throws UsageError when an option makes no sense.
 */
export function apiTokenCreate({ stdout }: Streams, options: ApiTokenOptions): number {
  const { name, expires, format } = options;
  const scopes = [...new Set(options.scope ?? ['read'])];
  if (name.trim() === '') throw new UsageError('--name: say who the token is for');
  const wrong = scopes.find((scope) => !known.includes(scope));
  if (wrong !== undefined) throw new UsageError(`--scope ${wrong}: choose of ${known.join(', ')}`);
  if (scopes.length === 0) throw new UsageError('--scope names none');
  if (expires !== undefined) checkDate(expires);
  if (format !== 'text' && format !== 'json') throw new UsageError(`--format ${format}: choose one of text, json`);
  const token = createToken();
  const entry = { name, sha256: hashToken(token), scopes, ...(expires === undefined ? {} : { expires }) };
  stdout.write(format === 'json' ? `${JSON.stringify({ token, entry }, null, 2)}\n` : textOf(token, entry));
  return exitCode.ok;
}

function checkDate(text: string): void {
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(text) && parseIsoTime(text) !== null;
  if (!isDate) throw new UsageError(`--expires ${text}: a date such as 2027-01-31`);
  if (text <= isoDate(now())) throw new UsageError(`--expires ${text}: that is no date to come`);
}

function textOf(
  token: string,
  { name, sha256, scopes, expires }: { name: string; sha256: string; scopes: readonly string[]; expires?: string },
): string {
  return [
    token,
    '',
    '# It is not shown again. For the settings; what is under api.tokens already stays, so that both work for a while:',
    'api:',
    '  tokens:',
    `    - name: ${JSON.stringify(name)}`,
    `      sha256: ${sha256}`,
    `      scopes: [${scopes.join(', ')}]`,
    ...(expires === undefined ? [] : [`      expires: ${expires}`]),
    '',
  ].join('\n');
}
