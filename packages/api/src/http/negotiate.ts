/**
 * The offered media type that an `Accept` header prefers (RFC 9110, section 12.5.1); of several that are equally good the
 * first offered.
 * @returns null where none is accepted.
 */
export function negotiate<Type extends string>(accept: string | undefined, offered: readonly Type[]): Type | null {
  const ranges = rangesOf(accept ?? '*/*');
  let best: Type | null = null;
  let most = 0;
  for (const type of offered) {
    const quality = qualityOf(type, ranges);
    if (quality > most) [best, most] = [type, quality];
  }
  return best;
}

interface MediaRange {
  readonly type: string;
  readonly quality: number;
}

/** Headers with more ranges than this are nobody's. */
const mostRanges = 32;

function rangesOf(accept: string): MediaRange[] {
  return accept
    .split(',', mostRanges)
    .map((part) => {
      const [type = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
      const quality = parameters.find((one) => /^q\s*=/.test(one))?.replace(/^q\s*=\s*/, '');
      const value = quality === undefined ? 1 : Number(quality);
      return { type, quality: Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0 };
    })
    .filter(({ type }) => type !== '');
}

/** The most specific range that matches decides. An empty header accepts everything. */
function qualityOf(type: string, ranges: readonly MediaRange[]): number {
  if (ranges.length === 0) return 1;
  const general = `${type.split('/')[0]}/*`;
  for (const pattern of [type, general, '*/*']) {
    const matching = ranges.filter((range) => range.type === pattern);
    if (matching.length > 0) return Math.max(...matching.map(({ quality }) => quality));
  }
  return 0;
}
