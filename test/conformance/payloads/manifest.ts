import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the manifest says about one file. */
export interface ManifestEntry {
  /** Path inside the folder; its first part names the source and with it the format. */
  readonly file: string;
  readonly exchange: string;
  readonly kind: string;
}

/** One file of a venue of ours. */
export interface PayloadFile extends ManifestEntry {
  /** Exchange id of the adapter that it is for. */
  readonly venue: string;
}

const venues: Readonly<Record<string, string>> = {
  'binance-usdm': 'binance',
  binance: 'binance',
  'bybit-linear': 'bybit',
  bybit: 'bybit',
  hyperliquid: 'hyperliquid',
  backpack: 'backpack',
};

/** The files of the four venues that hold messages or replies. */
export function payloadFiles(folder: string): PayloadFile[] {
  return filesOfOurs(folder).filter(({ kind }) => kind !== 'parsed-expected');
}

/** The files that hold what other programs made of some of those. */
export function expectedFiles(folder: string): PayloadFile[] {
  return filesOfOurs(folder).filter(({ kind }) => kind === 'parsed-expected');
}

function filesOfOurs(folder: string): PayloadFile[] {
  const entries = JSON.parse(readFileSync(join(folder, 'MANIFEST.json'), 'utf8')) as ManifestEntry[];
  return entries.flatMap((entry) => {
    const venue = venues[entry.exchange];
    return venue === undefined ? [] : [{ ...entry, venue }];
  });
}

/** The text of a file of the folder. */
export function payloadText(folder: string, file: string): string {
  return readFileSync(join(folder, file), 'utf8');
}
