import type { LakeObject } from '../layout.ts';
import { type Commit, compactionId, type DatePartition, idOfOutput, type Replaced } from './commit.ts';
import { isSuperseded, isWhole, type Leftover, leftoversOf } from './partition.ts';

/** What is to be done about a date. */
export interface Plan {
  /** What an earlier compaction replaced and did not come to remove. */
  readonly leftovers: readonly Leftover[];
  /** Commits that have gone into later ones. */
  readonly superseded: readonly Commit[];
  /** Null = its objects are as they should be. */
  readonly merge: Merge | null;
}

/** Objects that are to become fewer. */
export interface Merge {
  readonly id: string;
  /** Sorted by name. */
  readonly inputs: readonly LakeObject[];
  /** What the compactions among the inputs replaced. */
  readonly inherited: readonly Replaced[];
  /** The commits of these: the new one takes their place. */
  readonly supersedes: readonly Commit[];
}

/**
 * Decides what to do about a date.
 *
 * Nothing, where one compaction left all of its objects, or there is a single object: one writer adds no row twice, and
 * one file is few enough.
 *
 * A compaction that ended before its commit left outputs that nobody knows. If they were made of all that there is
 * besides, it is done again under the same names. If not, more has come since, and they are inputs like any other: their
 * rows are in the lake twice, which is what merging them mends.
 * @param commits Those that stand beside the objects.
 * @param changed Keys of objects that look like leftovers and have other content: they are inputs.
 */
export function planOf(
  partition: DatePartition,
  objects: readonly LakeObject[],
  commits: readonly Commit[],
  changed: ReadonlySet<string> = new Set(),
): Plan {
  const hidden = leftoversOf({ objects }, commits);
  for (const key of changed) hidden.delete(key);
  const superseded = commits.filter((commit) => isSuperseded(commit, commits, objects));
  const plan = { leftovers: [...hidden.values()], superseded };
  const current = commits.filter((commit) => !superseded.includes(commit) && isWhole(commit, objects));
  const shown = objects.filter(({ key }) => !hidden.has(key));
  const ids = new Set(shown.map(({ name }) => idOfOutput(name)));
  const [only] = ids;
  const isDone = ids.size === 1 && current.some(({ id }) => id === only);
  if (isDone || shown.length < 2) return { ...plan, merge: null };

  const unfinished = [...ids].find((id) => {
    if (id === null || current.some((commit) => commit.id === id)) return false;
    return idOf(partition, without(shown, id)) === id;
  });
  const inputs = unfinished === undefined || unfinished === null ? shown : without(shown, unfinished);
  if (inputs.length < 2) return { ...plan, merge: null };
  const supersedes = current.filter(({ id }) => inputs.some(({ name }) => idOfOutput(name) === id));
  const inherited = [...supersedes, ...superseded].flatMap(({ replaces }) => replaces);
  return { ...plan, merge: { id: idOf(partition, inputs), inputs, inherited, supersedes } };
}

function without(objects: readonly LakeObject[], id: string): LakeObject[] {
  return objects.filter(({ name }) => idOfOutput(name) !== id);
}

function idOf(partition: DatePartition, objects: readonly LakeObject[]): string {
  return compactionId(
    partition,
    objects.map(({ name }) => name),
  );
}
