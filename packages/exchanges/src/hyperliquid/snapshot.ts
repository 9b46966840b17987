import type { Pages, Selection, Snapshot } from '../adapter.ts';
import { arrayOf, objectOf, textOf } from '../value.ts';
import { info } from './rest.ts';
import { dexOf } from './symbol.ts';

/**
 * One call brings open interest and funding of a whole dex. Without names it is the first dex, the venue's own; coins
 * of HIP-3 dexes are named with their prefix.
 */
export const assetContexts: Snapshot = {
  bulk: true,
  pages: ({ symbols }: Selection) => [...new Set(symbols?.map(dexOf) ?? [''])].map(contextsOf),
};

function* contextsOf(dex: string): Pages {
  yield info(dex === '' ? { type: 'metaAndAssetCtxs' } : { type: 'metaAndAssetCtxs', dex });
}

/**
 * Lists the perpetuals of the first dex, then those of the HIP-3 dexes: of all, or of those that a wanted name has as
 * its prefix.
 */
export function* instruments(wanted: readonly string[] | null): Pages {
  yield info({ type: 'meta' });
  const prefixes = wanted === null ? null : new Set(wanted.map(dexOf).filter((dex) => dex !== ''));
  if (prefixes?.size === 0) return;
  const { value } = yield info({ type: 'perpDexs' });
  for (const entry of arrayOf(value) ?? []) {
    const dex = textOf(objectOf(entry)?.name);
    if (dex !== null && (prefixes === null || prefixes.has(dex))) yield info({ type: 'meta', dex });
  }
}
