import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { endSegment, Lake, type Leftover, leftoverSegments, Sealer } from '@feedlake/lake';
import { expect, it } from 'vitest';
import { collect, temporaryFolder } from '../../support/lake.ts';
import { emptyLake } from '../../support/spool-lake.ts';

const script = new URL('../../support/spool-writer.ts', import.meta.url).pathname;
const rounds = 10;
/** Ids that each round has for itself. */
const idsPerRound = 1_000_000_000;

/** Runs a writer and kills it after so many flushes. @returns the number before which all rows are on disk. */
async function killedWriter(folder: string, first: number, flushes: number): Promise<number> {
  const child = spawn(process.execPath, [script, folder, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let lines = 0;
  let synced = first;
  for await (const line of createInterface(child.stdout)) {
    lines += 1;
    synced = Number(line);
    if (lines === flushes) child.kill('SIGKILL');
  }
  expect(lines).toBeGreaterThanOrEqual(flushes);
  return synced;
}

function idsIn(leftover: Leftover): number[] {
  const batches = leftover.rowsAfter(-1).map((part) => part.all());
  return batches.flatMap((batch) => Array.from({ length: batch.rows }, (_, row) => Number(batch.row(row).trade_id)));
}

it('what a writer had flushed is there once when it is killed, again and again, and goes into the lake', async () => {
  const folder = join(temporaryFolder(), 'spool');
  const { folder: lakeFolder, store } = emptyLake();
  const synced: [first: number, end: number][] = [];
  for (let round = 0; round < rounds; round += 1) {
    const first = round * idsPerRound;
    const flushes = 1 + Math.floor(Math.random() * 25);
    synced.push([first, await killedWriter(folder, first, flushes)]);
  }

  const { leftovers } = await leftoverSegments(folder);
  const ids = leftovers.flatMap(idsIn);
  const found = new Set(ids);
  expect(found.size).toBe(ids.length);
  const lost = synced.flatMap(([first, end]) => Array.from({ length: end - first }, (_, index) => first + index));
  expect(lost.filter((id) => !found.has(id))).toEqual([]);
  // A round ends its segments, but for the last.
  expect(leftovers.filter(({ ended }) => !ended).length).toBeLessThanOrEqual(rounds);
  expect(leftovers.filter(({ ended, notes }) => ended && notes.length !== 1)).toEqual([]);

  for (const leftover of leftovers) if (!leftover.ended) await endSegment(leftover, []);
  const sealer = new Sealer({ location: lakeFolder, onSealed: () => undefined, onFailed: () => undefined });
  for (const { path } of leftovers) sealer.add(path);
  await sealer.settled();
  await sealer.close();
  const lake = new Lake(store, { writer: 'reader' });
  const rows = await collect(lake.scan('trades', { exchange: 'binance', columns: ['trade_id'] }));
  expect(rows.map((row) => Number(row.trade_id)).sort((a, b) => a - b)).toEqual(ids.sort((a, b) => a - b));
  expect(readdirSync(folder).filter((name) => name.endsWith('.damaged'))).toEqual([]);
});
