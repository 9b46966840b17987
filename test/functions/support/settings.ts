import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '@feedlake/config';
import { sealed, unsealed } from '../../support/sst-links.ts';
import type { UnpackedFunction } from './built.ts';

/** Settings in parts that may be changed. */
export type Changeable<Type> = Type extends object ? { -readonly [Key in keyof Type]: Changeable<Type[Key]> } : Type;

/**
 * Gives a function other settings than it was deployed with.
 * @param change what is to be different
 * @returns the function, which finds them in a file beside its own
 */
export function withSettings(
  unpacked: UnpackedFunction,
  change: (settings: Changeable<Config>) => void,
): UnpackedFunction {
  const { folder, environment } = unpacked;
  const { SST_KEY: key = '', SST_KEY_FILE: file = '' } = environment;
  const links = Object.entries(unsealed(readFileSync(join(folder, file)), key)).map(([name, link]) => {
    if (typeof link.json !== 'string') return [name, link];
    const settings = JSON.parse(link.json) as Changeable<Config>;
    change(settings);
    return [name, { ...link, json: JSON.stringify(settings) }];
  });
  const changed = `${randomUUID()}.enc`;
  writeFileSync(join(folder, changed), sealed(Object.fromEntries(links), key));
  return { ...unpacked, environment: { ...environment, SST_KEY_FILE: changed } };
}
