import { existsSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { leftoverSegments, Spool, StoreError } from '@feedlake/lake';
import { at } from './rows.ts';

/**
 * `spool-disk.ts FOLDER`: spools into a folder of a very small disk until it is full, in several ways, and prints as JSON what
 * became of it. `FOLDER` is a mount that nothing else uses.
 */
const [disk = ''] = process.argv.slice(2);
const folder = join(disk, 'spool');
const filler = join(disk, 'filler');
const event = at('2026-03-27T12:00:00Z');
const closed: string[] = [];
/** Ids of trades that a flush brought to disk. */
const synced: number[] = [];
let next = 0;

function openSpool(): Spool {
  const spool: Spool = new Spool({
    folder,
    writer: 'test',
    limits: { bytes: 1e9, rows: 1e9, ageMs: 1e9 },
    now: () => event,
    onOpen: () => spool.note({ kind: 'first' }),
    beforeEnd: () => undefined,
    onClosed: (path) => closed.push(path),
  });
  return spool;
}

/** Appends trades and brings them to disk. @returns the fault where that fails. */
async function write(spool: Spool, count: number, how: 'flush' | 'end' = 'flush'): Promise<string | null> {
  const { table, instruments } = spool.trades('binance', 'live');
  const ids = Array.from({ length: count }, (_, index) => next + index);
  next += count;
  for (const id of ids) table.trade(event, false, id, 1, false, id, Number.NaN, Number.NaN);
  table.commit(instruments.numberOf('BTC-USDT-PERP', 'BTCUSDT'), event);
  try {
    await spool[how]();
    synced.push(...ids);
    return null;
  } catch (error) {
    return error instanceof StoreError ? error.fault : String(error);
  }
}

/** Ids that are in segments, sorted, and whether each segment was ended. */
async function onDisk() {
  const { leftovers, empty } = await leftoverSegments(folder);
  const batches = leftovers.flatMap((leftover) => leftover.rowsAfter(-1).map((part) => part.all()));
  const ids = batches.flatMap((batch) =>
    Array.from({ length: batch.rows }, (_, row) => Number(batch.row(row).trade_id)),
  );
  return {
    isWhatWasSynced: JSON.stringify(ids.sort((a, b) => a - b)) === JSON.stringify(synced),
    ended: leftovers.map(({ ended }) => ended),
    notes: leftovers.map(({ notes }) => notes.length),
    empty,
  };
}

/** Takes all room that is left. */
function fill(): void {
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(filler, new Uint8Array(bavail * bsize));
}

const report: Record<string, unknown> = {};

// A disk that is full before the first segment is made.
fill();
let spool = openSpool();
report.atCreation = { fault: await write(spool, 10), ended: await write(spool, 10, 'end'), closed: [...closed] };
report.filesAfterCreation = existsSync(folder) ? readdirSync(folder) : [];
report.again = await write(spool, 10);
rmSync(filler);
report.afterCreation = { fault: await write(spool, 10), ...(await onDisk()) };

// One that fills up in the middle of a flush.
let flushes = 0;
let fault: string | null = null;
while (fault === null && flushes < 1000) {
  fault = await write(spool, 2000);
  flushes += 1;
}
report.inTheMiddle = { fault, several: flushes > 3, ...(await onDisk()) };
// What a failed flush had taken is free again.
report.afterTheMiddle = { fault: await write(spool, 100), ...(await onDisk()) };

// One that is full when a segment is to end: it ends with what it has.
fill();
report.atEnd = { fault: await write(spool, 2000, 'end'), closed: closed.length, ...(await onDisk()) };
rmSync(filler);
report.afterEnd = { fault: await write(spool, 100), end: await write(spool, 100, 'end'), closed: closed.length };
report.last = await onDisk();

// A later run finds all of it.
spool = openSpool();
await write(spool, 100, 'end');
report.later = await onDisk();
process.stdout.write(JSON.stringify(report));
