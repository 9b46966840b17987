import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Commit, compactionId, nameOfOutput } from '../../../packages/lake/src/compact/commit.ts';
import { leftoversOf, listingOf, mayHide } from '../../../packages/lake/src/compact/partition.ts';
import { planOf } from '../../../packages/lake/src/compact/plan.ts';
import { objectKey } from '../../../packages/lake/src/layout.ts';

const partition = { dataset: 'trades', exchange: 'binance', date: '2026-03-01' } as const;
const bytes = 100;

function objects(...names: string[]) {
  return names.sort().map((name) => ({ ...partition, name, key: objectKey({ ...partition, name }), size: bytes }));
}

function commit(inputs: readonly string[], outputs: number = 1, inherited: Commit['replaces'] = []): Commit {
  const id = compactionId(partition, inputs);
  return {
    id,
    outputs: Array.from({ length: outputs }, (_, index) => ({ name: nameOfOutput(id, index + 1), bytes })),
    replaces: [...inputs.map((name) => ({ name, bytes, sha256: '' })), ...inherited],
  };
}

const outputsOf = ({ outputs }: Commit) => outputs.map(({ name }) => name);
const inputsOf = (plan: ReturnType<typeof planOf>) => plan.merge?.inputs.map(({ name }) => name) ?? null;

describe('what is to be done about a date', () => {
  const first = commit(['stream-a', 'stream-b'], 2);

  it('nothing, where there is one object, or what one compaction left', () => {
    expect(planOf(partition, objects(), [])).toMatchObject({ merge: null });
    expect(planOf(partition, objects('stream-a'), [])).toMatchObject({ merge: null });
    expect(planOf(partition, objects(...outputsOf(first)), [first])).toEqual({
      leftovers: [],
      superseded: [],
      merge: null,
    });
  });

  it('merges by a name that follows from the names of the inputs, in whatever order', () => {
    const { merge } = planOf(partition, objects('stream-b', 'stream-a'), []);
    expect(merge).toMatchObject({ id: first.id, inherited: [], supersedes: [] });
    expect(compactionId(partition, ['stream-b', 'stream-a'])).toBe(first.id);
    expect(compactionId({ ...partition, date: '2026-03-02' }, ['stream-a', 'stream-b'])).not.toBe(first.id);
  });

  it('goes on where a run was ended before its commit, also among the remains of others', () => {
    const some = objects('stream-a', 'stream-b', outputsOf(first)[0] ?? '');
    expect(planOf(partition, some, []).merge).toMatchObject({ id: first.id });
    expect(inputsOf(planOf(partition, some, []))).toEqual(['stream-a', 'stream-b']);
    const later = ['stream-a', 'stream-b', 'stream-c', ...outputsOf(first)];
    const second = commit(later);
    expect(inputsOf(planOf(partition, objects(...later), []))).toEqual([...later].sort());
    const both = objects(...later, ...outputsOf(second));
    expect(planOf(partition, both, []).merge).toMatchObject({ id: second.id });
    expect(inputsOf(planOf(partition, both, []))).toEqual([...later].sort());
  });

  it('merges a compaction with what came later, and its commit is superseded', () => {
    const inputs = [...outputsOf(first), 'stream-c'];
    const plan = planOf(partition, objects(...inputs, 'stream-a'), [first]);
    expect(inputsOf(plan)).toEqual([...inputs].sort());
    expect(plan.merge).toMatchObject({ supersedes: [first], inherited: first.replaces });
    expect(plan.leftovers.map(({ object }) => object.name)).toEqual(['stream-a']);
    const second = commit(inputs, 1, first.replaces);
    const finishing = planOf(partition, objects(...outputsOf(second), 'stream-a', 'stream-c'), [first, second]);
    expect(finishing).toMatchObject({ superseded: [first], merge: null });
    expect(finishing.leftovers.map(({ object }) => object.name)).toEqual(['stream-a', 'stream-c']);
  });

  it('takes a leftover with other content for an input', () => {
    const all = objects(...outputsOf(first), 'stream-a');
    const changed = new Set([objectKey({ ...partition, name: 'stream-a' })]);
    expect(planOf(partition, all, [first]).merge).toBeNull();
    expect(inputsOf(planOf(partition, all, [first], changed))).toEqual([...outputsOf(first), 'stream-a'].sort());
  });
});

describe('a commit', () => {
  it('hides nothing where one of its outputs is not there, or is another', () => {
    const two = commit(['stream-a', 'stream-b'], 2);
    const [one = '', other = ''] = outputsOf(two);
    const hidden = (listed: ReturnType<typeof objects>) => leftoversOf({ objects: listed }, [two]).size;
    expect(hidden(objects(one, other, 'stream-a'))).toBe(1);
    expect(hidden(objects(one, 'stream-a'))).toBe(0);
    const larger = objects(one, other, 'stream-a').map((object) =>
      object.name === other ? { ...object, size: bytes + 1 } : object,
    );
    expect(hidden(larger)).toBe(0);
    const grown = objects(one, other, 'stream-a').map((object) =>
      object.name === 'stream-a' ? { ...object, size: bytes + 1 } : object,
    );
    expect(hidden(grown)).toBe(0);
  });

  it('is read only where it can hide something, and then always', () => {
    const names = fc.uniqueArray(fc.constantFrom('stream-a', 'stream-b', 'stream-c', 'history-d'), { minLength: 1 });
    fc.assert(
      fc.property(names, names, fc.boolean(), (inputs, left, isThere) => {
        const one = commit(inputs);
        const key = `${objectKey({ ...partition, name: 'x' }).replace('x.parquet', '')}_compact-${one.id}.json`;
        const listed = objects(...left, ...(isThere ? outputsOf(one) : []));
        const listing = listingOf([...listed, { key, size: 1 }]);
        expect(listing).toEqual({ objects: listed, commits: [key] });
        if (leftoversOf(listing, [one]).size > 0) expect(mayHide(listing)).toBe(true);
      }),
    );
    const done = commit(['stream-a', 'stream-b'], 2);
    expect(mayHide({ objects: objects(...outputsOf(done)), commits: [`v1/_compact-${done.id}.json`] })).toBe(false);
  });
});
