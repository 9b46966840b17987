import { createHash } from 'node:crypto';

/**
 * Whether an instrument belongs to a shard, by rendezvous hashing: the shard whose hash together with the instrument is
 * the highest has it. Another shard more or less moves only that shard's part of the instruments.
 * (Thaler and Ravishankar, "Using name-based mappings to increase hit rates", 1998.)
 */
export function isInShard(
  exchange: string,
  symbol: string,
  { index, count }: { readonly index: number; readonly count: number },
): boolean {
  if (count === 1) return true;
  let best = 0;
  let highest = -1;
  for (let shard = 0; shard < count; shard += 1) {
    const hash = createHash('sha256')
      .update(JSON.stringify([exchange, symbol, shard]))
      .digest()
      .readUIntBE(0, 6);
    if (hash > highest) {
      highest = hash;
      best = shard;
    }
  }
  return best === index;
}
