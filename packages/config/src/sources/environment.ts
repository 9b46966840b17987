import type { Environment } from '../environment.ts';
import { nodeAt, type Path, type SchemaNode } from '../schema/node.ts';
import { coerce } from './coerce.ts';
import { isMap, overlay, type Sourced, sourced } from './sourced.ts';

const prefix = 'FEEDLAKE_';

/**
 * Variables that Kubernetes sets in every pod beside a Service named `feedlake`; they are not for us.
 * https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
const serviceLink = /^FEEDLAKE_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?)?)$/;

/**
 * Settings from variables: `FEEDLAKE_STREAMER__SEGMENT__MAX_ROWS=1000` is `streamer.segment.max_rows`. Texts are read as
 * the type the schema has there; an empty variable counts as unset. A variable for a whole section (JSON) is overlaid by
 * those for its parts.
 * @param below what the other sources say: a name of the user's own in it may be spelled with `_` for `-`.
 */
export function fromEnvironment(variables: Environment, schema: SchemaNode, below: Sourced): Sourced {
  const names = Object.keys(variables).filter(
    (name) => name.startsWith(prefix) && variables[name] !== '' && !serviceLink.test(name),
  );
  return names
    .map((name) => ({ name, path: pathOf(name, below) }))
    .sort((one, other) => one.path.length - other.path.length)
    .reduce<Sourced>(
      (all, { name, path }) => overlay(all, at(path, name, coerce(variables[name] ?? '', nodeAt(schema, path)))),
      { origin: 'default', value: new Map() },
    );
}

function pathOf(name: string, below: Sourced): string[] {
  const path: string[] = [];
  let known: Sourced | undefined = below;
  for (const part of name.slice(prefix.length).toLowerCase().split('__')) {
    const siblings: readonly string[] = known !== undefined && isMap(known.value) ? [...known.value.keys()] : [];
    const key = siblings.find((sibling) => sibling.replaceAll('-', '_').toLowerCase() === part) ?? part;
    path.push(key);
    known = known !== undefined && isMap(known.value) ? known.value.get(key) : undefined;
  }
  return path;
}

/** A value at a path, all of it from one origin. */
export function at(path: Path, origin: string, value: unknown): Sourced {
  const leaf = sourced(value, () => origin);
  return path.reduceRight<Sourced>((inner, key) => ({ origin, value: new Map([[String(key), inner]]) }), leaf);
}
