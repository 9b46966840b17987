import { nearest } from './nearest.ts';
import { defaultExchanges, type Extensions, isNative, keyOf, keysOf, venueOf } from './schema/facts.ts';
import type { Path } from './schema/node.ts';
import { exchangeId } from './schema/text.ts';

/** A complaint about the value at a path. */
export interface Complaint {
  readonly path: Path;
  readonly message: string;
}

/**
 * Checks the ids of exchanges, and the places that refer to an exchange by its id. It takes the settings before their
 * validation, so that its complaints come together with all others.
 * @param venues all ids that exist, natively or through ccxt; null where that is not known.
 */
export function checkNames(input: unknown, extensions: Extensions, venues: readonly string[] | null): Complaint[] {
  const entries = keyOf(input, 'exchanges');
  const configured = [...new Set([...defaultExchanges, ...Object.keys(extensions), ...keysOf(entries)])];
  return [
    ...keysOf(entries).flatMap((id) => checkEntry(id, keyOf(entries, id), extensions, venues)),
    ...mentions(input).flatMap(({ path, id }) => {
      const mend = `configured are ${configured.join(', ')}; add the missing one under \`exchanges\``;
      return expectOne(path, id, configured, 'the id of a configured exchange', mend);
    }),
    ...(venues === null ? [] : checkProxies(input, [...configured, ...venues])),
  ];
}

function checkProxies(input: unknown, known: readonly string[]): Complaint[] {
  return keysOf(keyOf(keyOf(input, 'proxy'), 'exchanges')).flatMap((id) =>
    expectOne(['proxy', 'exchanges', id], id, known, 'the id of an exchange', 'correct it or remove it'),
  );
}

function checkEntry(
  id: string,
  entry: unknown,
  extensions: Extensions,
  venues: readonly string[] | null,
): readonly Complaint[] {
  const path = ['exchanges', id];
  const venue = venueOf(id, entry);
  if (!exchangeId.test(id)) {
    const message = 'expected an id of lower-case letters, digits and inner `_` or `-`; rename it';
    return [{ path, message }];
  }
  if (keyOf(entry, 'engine') === 'native' && !isNative(venue, extensions)) {
    const message = 'expected `ccxt`, as there is no native adapter for this exchange; write `ccxt` or remove it';
    return [{ path: [...path, 'engine'], message }];
  }
  if (venues === null) return [];
  const what = 'the id of an exchange that is supported';
  return keyOf(entry, 'exchange') === undefined
    ? expectOne(path, venue, venues, what, 'correct it, or give the id of the venue as `exchange`')
    : expectOne([...path, 'exchange'], venue, venues, what, 'correct it');
}

function expectOne(path: Path, name: string, known: readonly string[], what: string, mend: string): Complaint[] {
  if (known.includes(name)) return [];
  const near = nearest(name, known);
  return [{ path, message: `expected ${what}; ${near === null ? mend : `did you mean \`${near}\`?`}` }];
}

/** Where settings name exchanges that must be configured. */
function mentions(input: unknown): { path: Path; id: string }[] {
  const snapshots = keyOf(input, 'snapshots');
  const places: [Path, unknown][] = [
    ...keysOf(snapshots).map((dataset): [Path, unknown] => [
      ['snapshots', dataset, 'exchanges'],
      keyOf(keyOf(snapshots, dataset), 'exchanges'),
    ]),
    [['streamer', 'raw'], keyOf(keyOf(input, 'streamer'), 'raw')],
  ];
  return places.flatMap(([path, names]) => {
    if (typeof names === 'string') return names === 'all' ? [] : [{ path, id: names }];
    if (!Array.isArray(names)) return [];
    return names.flatMap((id, index) => (typeof id === 'string' ? [{ path: [...path, index], id }] : []));
  });
}
