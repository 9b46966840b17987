import type { Path } from '../schema/node.ts';

/** A value of the settings that remembers where each of its parts came from. */
export interface Sourced {
  readonly origin: string;
  readonly value: ReadonlyMap<string, Sourced> | readonly Sourced[] | Scalar;
}

type Scalar = string | number | boolean | null | undefined;

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether it holds keys of its own, rather than entries or a scalar. */
export function isMap(value: Sourced['value']): value is ReadonlyMap<string, Sourced> {
  return value instanceof Map;
}

/** Takes a plain value in, with the origin of each path. Keys whose value is undefined count as absent. */
export function sourced(value: unknown, originOf: (path: Path) => string, path: Path = []): Sourced {
  const origin = originOf(path);
  if (Array.isArray(value)) {
    return { origin, value: value.map((entry, index) => sourced(entry, originOf, [...path, index])) };
  }
  if (!isMapping(value)) return { origin, value: value as Scalar };
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return { origin, value: new Map(entries.map(([key, entry]) => [key, sourced(entry, originOf, [...path, key])])) };
}

/** Puts one source over another: mappings are merged key by key, everything else is replaced. */
export function overlay(lower: Sourced, upper: Sourced): Sourced {
  if (!isMap(lower.value) || !isMap(upper.value)) return upper;
  const merged = new Map(lower.value);
  for (const [key, entry] of upper.value) {
    const below = merged.get(key);
    merged.set(key, below === undefined ? entry : overlay(below, entry));
  }
  return { origin: upper.origin, value: merged };
}

/** The plain value. */
export function plain({ value }: Sourced): unknown {
  if (isMap(value)) return Object.fromEntries([...value].map(([key, entry]) => [key, plain(entry)]));
  return Array.isArray(value) ? value.map(plain) : value;
}

/**
 * Where the value at a path came from. `nearest` is the origin of the closest part above it that some source gave;
 * `given` tells whether that part decides the value: it is the value itself or a list or scalar around it.
 */
export function originAt(tree: Sourced, path: Path): { nearest: string; given: boolean } {
  let at = tree;
  for (const key of path) {
    if (!isMap(at.value)) {
      const entry = Array.isArray(at.value) ? (at.value as readonly Sourced[])[Number(key)] : undefined;
      if (entry === undefined) return { nearest: at.origin, given: true };
      at = entry;
      continue;
    }
    const below = at.value.get(String(key));
    if (below === undefined) return { nearest: at.origin, given: false };
    at = below;
  }
  return { nearest: at.origin, given: true };
}
