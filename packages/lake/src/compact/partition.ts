import { type LakeObject, parseKey } from '../layout.ts';
import type { StoredObject } from '../store/store.ts';
import { type Commit, idOfCommit, idOfOutput } from './commit.ts';

/** What a listing of a date tells. */
export interface Listing {
  /** Sorted by name. */
  readonly objects: readonly LakeObject[];
  /** Keys of commits. */
  readonly commits: readonly string[];
}

/** An object that is still there though the outputs of a compaction have its rows. */
export interface Leftover {
  readonly object: LakeObject;
  readonly commit: Commit;
  readonly sha256: string;
}

/** Tells objects and commits of one date apart; anything else is passed over. */
export function listingOf(stored: readonly StoredObject[]): Listing {
  const objects: LakeObject[] = [];
  const commits: string[] = [];
  for (const { key, size } of stored) {
    const object = parseKey(key, size);
    if (object !== null) objects.push(object);
    else if (idOfCommit(key) !== null) commits.push(key);
  }
  return { objects, commits };
}

/** Whether a listing can have objects that a commit replaces. Where one compaction left all of them, it can't. */
export function mayHide({ objects, commits }: Listing): boolean {
  if (commits.length === 0) return false;
  const ids = new Set(objects.map(({ name }) => idOfOutput(name)));
  const [id] = ids;
  return ids.size > 1 || id === null || !commits.some((key) => idOfCommit(key) === id);
}

/** Whether all outputs of a commit are there: only then it counts. */
export function isWhole({ outputs }: Commit, objects: readonly LakeObject[]): boolean {
  const sizes = new Map(objects.map(({ name, size }) => [name, size]));
  return outputs.every(({ name, bytes }) => sizes.get(name) === bytes);
}

/**
 * The objects of a listing that readers leave out, by key: their rows are in the outputs of a commit, all of which are
 * there. An object of the same name and another size is another one, and stays.
 */
export function leftoversOf({ objects }: Pick<Listing, 'objects'>, commits: readonly Commit[]): Map<string, Leftover> {
  const leftovers = new Map<string, Leftover>();
  for (const commit of commits) {
    if (!isWhole(commit, objects)) continue;
    const replaced = new Map(commit.replaces.map((one) => [one.name, one]));
    for (const object of objects) {
      const known = replaced.get(object.name);
      if (known?.bytes === object.size) leftovers.set(object.key, { object, commit, sha256: known.sha256 });
    }
  }
  return leftovers;
}

/** Whether a compaction has gone into a later one, whose outputs are there and have all of its rows. */
export function isSuperseded(
  { id, outputs }: Commit,
  commits: readonly Commit[],
  objects: readonly LakeObject[],
): boolean {
  return commits.some((other) => {
    if (other.id === id || !isWhole(other, objects)) return false;
    const replaced = new Set(other.replaces.map(({ name }) => name));
    return outputs.every(({ name }) => replaced.has(name));
  });
}
