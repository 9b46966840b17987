import type { LoadedConfig } from './load.ts';

/** One effective setting, fit to be shown. */
export interface Setting {
  /** Dotted path. */
  readonly path: string;
  /** A scalar, a list, or an empty mapping; secrets are masked. */
  readonly value: unknown;
  /** Where it came from. */
  readonly origin: string;
}

/** All settings in force, one by one, with where each came from. */
export function settingsOf(loaded: Pick<LoadedConfig, 'redacted' | 'origin'>): Setting[] {
  const list = (value: unknown, path: readonly string[]): Setting[] => {
    const nested = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
    if (nested.length === 0) return [{ path: path.join('.'), value, origin: loaded.origin(path) }];
    return nested.flatMap(([key, entry]) => list(entry, [...path, key]));
  };
  return list(loaded.redacted(), []);
}
