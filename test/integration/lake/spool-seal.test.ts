import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Lake, Sealer, type SealFailure, type Store } from '@feedlake/lake';
import { describe, expect, it } from 'vitest';
import { sealSegment } from '../../../packages/lake/src/spool/seal.ts';
import { collect, temporaryFolder } from '../../support/lake.ts';
import { type FaultMoment, faultyStore } from '../../support/spool-faulty-store.ts';
import { emptyLake } from '../../support/spool-lake.ts';
import { writtenSegment } from '../../support/spool-segment.ts';

/** Copies of a segment under its own name, as often as they are wanted. */
function copiesOf(path: string): () => string {
  return () => {
    const copy = join(temporaryFolder(), basename(path));
    copyFileSync(path, copy);
    return copy;
  };
}

async function keysIn(store: Store): Promise<string[]> {
  return (await collect(store.list(''))).map(({ key }) => key);
}

describe('sealing', () => {
  it('twice gives each row once, and says of which objects were there', async () => {
    const { path, rounds } = await writtenSegment({ flushes: 3, end: true });
    const copy = copiesOf(path);
    const { store, rows } = emptyLake();
    const first = await sealSegment(copy(), store, 2);
    const again = await sealSegment(copy(), store, 2);
    expect(await rows()).toEqual(rounds.flat().sort());
    expect(new Set(first.objects.map(({ outcome }) => outcome))).toEqual(new Set(['created']));
    expect(again.objects).toEqual(first.objects.map((object) => ({ ...object, outcome: 'exists' })));
    expect(first.objects.map(({ key }) => key).sort()).toEqual(await keysIn(store));
  });

  it('of a segment that is gone is done: whoever sealed it could not tell', async () => {
    const { store } = emptyLake();
    expect(await sealSegment(join(temporaryFolder(), 'gone.segment'), store)).toEqual({ objects: [], damagedBytes: 0 });
  });

  it.each<FaultMoment>(['before', 'after'])(
    'interrupted %s any call of the store is finished by another attempt, with each row once',
    async (moment) => {
      const { path, rounds } = await writtenSegment({ flushes: 2, end: true });
      const copy = copiesOf(path);
      const whole = faultyStore(emptyLake().store, 0, moment);
      const { objects } = await sealSegment(copy(), whole.store, 3);
      expect(whole.calls()).toBe(2 * objects.length);
      for (let failing = 1; failing <= whole.calls(); failing += 1) {
        const { store, rows } = emptyLake();
        const segment = copy();
        const attempt = sealSegment(segment, faultyStore(store, failing, moment).store, 3);
        await expect(attempt).rejects.toMatchObject({ name: 'StoreError', fault: 'unreachable' });
        expect(existsSync(segment)).toBe(true);
        // Another one that fails, this time where an object is looked at that is there already.
        await sealSegment(segment, faultyStore(store, failing + 1, moment).store, 3).catch(() => undefined);
        if (existsSync(segment)) await sealSegment(segment, store, 3);
        expect(await rows()).toEqual(rounds.flat().sort());
        expect(readdirSync(dirname(segment))).toEqual([]);
      }
    },
  );

  it('writes all it can where an object is in the way, keeps the segment, and is finished when that is gone', async () => {
    const { path, rounds } = await writtenSegment({ flushes: 2, end: true });
    const expected = await sealSegment(copiesOf(path)(), emptyLake().store);
    const keys = expected.objects.map(({ key }) => key);
    const { store, folder, rows } = emptyLake();
    const [one = '', two = ''] = keys;
    // One is no Parquet at all, the other has rows of another segment.
    mkdirSync(dirname(join(folder, one)), { recursive: true });
    writeFileSync(join(folder, one), 'something else');
    const other = await writtenSegment({ flushes: 3, end: true });
    const strange = await sealSegment(other.path, store);
    mkdirSync(dirname(join(folder, two)), { recursive: true });
    const stranger = strange.objects.find(({ key }) => dirname(key) === dirname(two))?.key ?? '';
    renameSync(join(folder, stranger), join(folder, two));
    for (const { key } of strange.objects) rmSync(join(folder, key), { force: true });

    const attempt = sealSegment(path, store);
    await expect(attempt).rejects.toMatchObject({ name: 'SegmentError', message: expect.stringContaining(one) });
    await expect(attempt).rejects.toThrow(`${two} is in the way: it has`);
    expect(await keysIn(store)).toEqual([...keys].sort());
    expect(existsSync(path)).toBe(true);
    for (const key of [one, two]) rmSync(join(folder, key));
    await sealSegment(path, store);
    expect(await rows()).toEqual(rounds.flat().sort());
    expect(existsSync(path)).toBe(false);
  });

  it('does not take an object for its own that was cut short', async () => {
    const { path } = await writtenSegment({ flushes: 1, end: true });
    const { store } = emptyLake();
    const halving: Store = {
      ...faultyStore(store, 0, 'before').store,
      size: async (key) => (await store.size(key)) - 1,
    };
    await expect(sealSegment(path, halving)).rejects.toMatchObject({ name: 'StoreError', fault: 'failed' });
    expect(existsSync(path)).toBe(true);
  });

  it('names its writer, so that the objects of a writer can be told', async () => {
    const { path } = await writtenSegment({ flushes: 1, end: true });
    const { store } = emptyLake();
    await sealSegment(path, store);
    const lake = new Lake(store, { writer: 'reader' });
    for await (const object of lake.objects()) {
      expect((await lake.footer(object)).metadata.get('feedlake.writer')).toBe('test');
    }
  });
});

/** A sealer that notes what becomes of each segment, and its next event. */
function openSealer(location: string) {
  const events: { path: string; failure: SealFailure | null; retryMs: number; rows: number }[] = [];
  let heard: () => void = () => undefined;
  const sealer = new Sealer({
    location,
    onSealed: (path, { objects }) => {
      events.push({ path, failure: null, retryMs: 0, rows: objects.reduce((sum, { rows }) => sum + rows, 0) });
      heard();
    },
    onFailed: (path, failure, retryMs) => {
      events.push({ path, failure, retryMs, rows: 0 });
      heard();
    },
  });
  const until = async (count: number) => {
    while (events.length < count) {
      await new Promise<void>((resolve) => {
        heard = resolve;
      });
    }
  };
  return { sealer, events, until };
}

describe('a sealer', () => {
  it('brings segments into the lake in the order they were added', async () => {
    const { store, folder, rows } = emptyLake();
    const segments = await Promise.all([1, 2, 3].map((flushes) => writtenSegment({ flushes, end: true })));
    const { sealer, events } = openSealer(folder);
    for (const { path } of segments) sealer.add(path);
    expect(sealer.waiting).toEqual(segments.map(({ path }) => path));
    expect(await sealer.settled()).toBe(true);
    expect(events.map(({ path, rows: count }) => [path, count])).toEqual(
      segments.map(({ path }, index) => [path, 5 * (index + 1)]),
    );
    expect(sealer.waiting).toEqual([]);
    const all = segments.flatMap(({ rounds }) => rounds.flat());
    expect(await rows()).toEqual(all.sort());
    expect(await keysIn(store)).not.toEqual([]);
    await sealer.close();
    expect(await sealer.settled()).toBe(true);
  });

  it('keeps segments while the store is down, and brings them there when it is back', async () => {
    const { folder, rows } = emptyLake();
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'no folder');
    const segments = await Promise.all([1, 2].map((flushes) => writtenSegment({ flushes, end: true })));
    const { sealer, events, until } = openSealer(folder);
    for (const { path } of segments) sealer.add(path);
    await until(1);
    for (let failures = 2; failures <= 9; failures += 1) {
      sealer.hurry();
      await until(failures);
    }
    expect(new Set(events.map(({ failure }) => failure?.fault))).toEqual(new Set(['invalid']));
    expect(events.map(({ retryMs }) => retryMs)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((s) => s * 1000));
    // Which of them is to blame is not known, so they take turns.
    expect(new Set(events.map(({ path }) => path)).size).toBe(2);
    rmSync(folder);
    sealer.hurry();
    expect(await sealer.settled()).toBe(true);
    expect(await rows()).toEqual(segments.flatMap(({ rounds }) => rounds.flat()).sort());
    await sealer.close();
  });

  it('goes on with the others where one can not be sealed, and keeps that one', async () => {
    const { folder } = emptyLake();
    const [bad, ...good] = await Promise.all([1, 2, 3].map((flushes) => writtenSegment({ flushes, end: true })));
    const { objects } = await sealSegment(copiesOf(bad?.path ?? '')(), emptyLake().store);
    const inTheWay = join(folder, objects[0]?.key ?? '');
    mkdirSync(dirname(inTheWay), { recursive: true });
    writeFileSync(inTheWay, 'something else');
    const { sealer, events, until } = openSealer(folder);
    for (const { path } of [bad, ...good].flatMap((one) => one ?? [])) sealer.add(path);
    await until(3);
    expect(events.map(({ path, failure }) => [path, failure?.fault ?? null])).toEqual([
      [bad?.path, 'segment'],
      ...good.map(({ path }) => [path, null]),
    ]);
    expect(sealer.waiting).toEqual([bad?.path]);
    for (let failures = 4; failures <= 14; failures += 1) {
      sealer.hurry();
      await until(failures);
    }
    expect(events.at(-1)?.retryMs).toBe(600_000);
    const settled = sealer.settled();
    await sealer.close();
    expect(await settled).toBe(false);
    expect(existsSync(bad?.path ?? '')).toBe(true);
    expect(readFileSync(inTheWay, 'utf8')).toBe('something else');
  });

  it('keeps what waits when its thread dies, and when it is closed', async () => {
    const { path } = await writtenSegment({ flushes: 1, end: true });
    const { sealer, events, until } = openSealer('ftp://no-lake');
    sealer.add(path);
    await until(1);
    sealer.hurry();
    await until(2);
    expect(events[1]?.failure?.message).toMatch(/is no lake/);
    expect(sealer.waiting).toEqual([path]);
    const settled = sealer.settled();
    await sealer.close();
    expect(await settled).toBe(false);
    const failures = events.length;
    sealer.add(path);
    sealer.hurry();
    expect(await sealer.settled()).toBe(false);
    expect(existsSync(path)).toBe(true);
    expect(events).toHaveLength(failures);
  });
});
