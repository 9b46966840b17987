import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { endSegment, type Leftover, leftoverSegments } from '@feedlake/lake';
import type { Row } from '@feedlake/schema';
import { describe, expect, it } from 'vitest';
import { decodeFrames } from '../../../packages/lake/src/spool/frame.ts';
import { at, temporaryFolder } from '../../support/lake.ts';
import { comparable, emptyLake, sealAll } from '../../support/spool-lake.ts';
import { writtenSegment } from '../../support/spool-segment.ts';

const noon = at('2026-03-27T12:00:00Z');

function coverage(exchange: string, from: number): Row<'coverage'> {
  return {
    ...{ exchange, symbol: null, venue_symbol: null, ts_event: from, ts_recv: from + 1, source: 'live' },
    ...{ dataset: 'trades', from_time: from, to_time: from + 1, state: 'covered', rows: 1, writer: 'test' },
  };
}

/** A folder with nothing but these bytes under the segment's name. */
function folderWith(path: string, bytes: Uint8Array): { folder: string; file: string } {
  const folder = temporaryFolder();
  const file = join(folder, basename(path));
  writeFileSync(file, bytes);
  return { folder, file };
}

async function only(folder: string): Promise<Leftover> {
  const { leftovers } = await leftoverSegments(folder);
  expect(leftovers).toHaveLength(1);
  return leftovers[0] as Leftover;
}

describe('a segment that a crash has left', () => {
  it('has all flushes before the tear, wherever it is torn, and goes into the lake when it is ended', async () => {
    const { path, rounds } = await writtenSegment({ flushes: 3, end: false });
    const bytes = readFileSync(path);
    const { frames } = decodeFrames(Uint8Array.from(bytes));
    // The last frame of a flush is its note.
    const ends = frames.filter(({ head }) => head.kind === 'note').map(({ end }) => end);
    const headEnd = frames[0]?.end ?? 0;
    expect(ends).toHaveLength(3);
    // Every byte would take minutes on a disk that syncs: here the edges of all frames, every byte in the unit test.
    const edges = [0, ...frames.map(({ end }) => end)].flatMap((edge) => [edge - 1, edge, edge + 1, edge + 9]);
    for (const cut of new Set(edges.filter((edge) => edge >= 0 && edge < bytes.length))) {
      const { folder, file } = folderWith(path, bytes.subarray(0, cut));
      const { leftovers, empty } = await leftoverSegments(folder);
      const { store, rows } = emptyLake();
      if (cut < headEnd) {
        expect(leftovers).toEqual([]);
        expect(empty).toEqual([file]);
        await sealAll(empty, store);
        expect(readdirSync(folder)).toEqual(cut === 0 ? [] : [`${basename(file)}.damaged`]);
        continue;
      }
      expect(empty).toEqual([]);
      const [leftover] = leftovers;
      if (leftover === undefined) throw new Error(`nothing is left of a file cut at ${cut}`);
      expect(leftover).toMatchObject({ path: file, ended: false, head: { writer: 'test', sequence: 1 } });
      await endSegment(leftover, [coverage('binance', noon)]);
      expect(await only(folder)).toMatchObject({ ended: true });
      await sealAll([file], store);
      expect(readdirSync(folder)).toEqual([]);
      const found = await rows();
      expect(found.filter((row) => row === comparable('coverage', { ...coverage('binance', noon) }))).toHaveLength(1);
      const flushed = rounds.slice(0, ends.filter((end) => end <= cut).length).flat();
      for (const row of flushed) expect(found.filter((one) => one === row)).toHaveLength(1);
      // Of a flush that was torn, whole frames count: each row of them is one that came.
      for (const row of found.filter((one) => !one.startsWith('["coverage"'))) expect(rounds.flat()).toContain(row);
      expect(new Set(found).size).toBe(found.length);
    }
  });

  it('tells the notes in it and the rows after each of them', async () => {
    const { folder } = await writtenSegment({ flushes: 3, end: false });
    const leftover = await only(folder);
    expect(leftover.notes).toEqual([{ round: 0 }, { round: 1 }, { round: 2 }]);
    const rows = (note: number) => leftover.rowsAfter(note).reduce((sum, { count }) => sum + count, 0);
    expect([-1, 0, 1, 2].map(rows)).toEqual([15, 10, 5, 0]);
    expect(Math.abs(leftover.modified - Date.now() * 1000)).toBeLessThan(3_600_000_000);
  });

  it('is ended once, however often that was begun', async () => {
    const { path } = await writtenSegment({ flushes: 2, end: false });
    const before = readFileSync(path);
    const rows = [coverage('binance', noon), coverage('bybit', noon), coverage('binance', noon + 5)];
    const { folder, file } = folderWith(path, before);
    const leftover = await only(folder);
    await endSegment(leftover, rows);
    const after = readFileSync(file);
    await endSegment(leftover, rows);
    expect(readFileSync(file)).toEqual(after);
    expect(after.subarray(0, before.length)).toEqual(before);
    const { frames } = decodeFrames(Uint8Array.from(after));
    for (const { end } of frames.slice(-4)) {
      for (const cut of [end - 20, end - 1, end]) {
        if (cut < before.length || cut === after.length) continue;
        // What comes behind a tear may be there as well, when the power went off.
        const hole = Buffer.from(after);
        hole.fill(0, cut, Math.min(cut + 30, after.length));
        for (const interrupted of [after.subarray(0, cut), hole]) {
          const torn = folderWith(path, interrupted);
          await endSegment(await only(torn.folder), rows);
          expect(readFileSync(torn.file)).toEqual(after);
          expect((await only(torn.folder)).rowsAfter(-1).map(({ dataset }) => dataset)).not.toContain('coverage');
        }
      }
    }
  });

  it('gets its end under a name of its own, so that it may have been sealed in part before', async () => {
    const told = [coverage('binance', noon), coverage('binance', noon + 1)];
    const { path, rounds } = await writtenSegment({
      flushes: 2,
      end: false,
      more: { dataset: 'coverage', rows: told },
    });
    const bytes = readFileSync(path);
    const { store, rows } = emptyLake();
    // Its objects are in the lake, but the thread that sealed it was killed before it could remove it.
    await sealAll([path], store);
    const { folder, file } = folderWith(path, bytes);
    await endSegment(await only(folder), [coverage('binance', noon + 2)]);
    await sealAll([file], store);
    const all = [...told, coverage('binance', noon + 2)].map((row) => comparable('coverage', { ...row }));
    expect(await rows()).toEqual([...rounds.flat(), ...all].sort());
  });

  it('that is damaged in the middle loses what is damaged alone, and is kept', async () => {
    const { path, rounds, folder } = await writtenSegment({ flushes: 3, end: true });
    const bytes = readFileSync(path);
    const { frames } = decodeFrames(Uint8Array.from(bytes));
    const hit = frames.findIndex(({ head }) => head.kind === 'trades' && head.rows === 1);
    const damaged = Buffer.from(bytes);
    const place = (frames[hit]?.end ?? 0) - 9;
    damaged[place] = (damaged[place] ?? 0) ^ 1;
    writeFileSync(path, damaged);
    // Nobody knows what is missing before the rest: it proves nothing.
    const leftover = await only(folder);
    expect(leftover.ended).toBe(true);
    expect(leftover.notes).toEqual([]);
    expect(leftover.rowsAfter(-1)).toEqual([]);
    const { store, rows } = emptyLake();
    await sealAll([path], store);
    const lost = rounds[0]?.[0];
    expect(lost).toMatch(/^\["trades"/);
    expect(await rows()).toEqual(
      rounds
        .flat()
        .filter((row) => row !== lost)
        .sort(),
    );
    expect(readdirSync(folder)).toEqual([`${basename(path)}.damaged`]);
    expect(readFileSync(`${path}.damaged`)).toEqual(damaged);
  });

  it('that begins with something else is kept, though nothing in it is damaged', async () => {
    const { path, folder } = await writtenSegment({ flushes: 1, end: true });
    const bytes = readFileSync(path);
    const { frames } = decodeFrames(Uint8Array.from(bytes));
    writeFileSync(path, bytes.subarray(frames[0]?.end));
    const { leftovers, empty } = await leftoverSegments(folder);
    expect([leftovers, empty]).toEqual([[], [path]]);
    const { store } = emptyLake();
    await sealAll([path], store);
    expect(readdirSync(folder)).toEqual([`${basename(path)}.damaged`]);
  });
});
