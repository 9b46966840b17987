import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import { Lake, openStore, query } from '@feedlake/lake';
import { day, minute } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { feedlake, start as startCommand } from '../support/cli.ts';
import { start as firstDay } from '../support/compaction.ts';
import { temporaryFolder, trade } from '../support/lake.ts';
import { seeded } from '../support/seeded.ts';

/** After so many changes to the store, and a random few more, it is killed. */
const moments = [0, 1, 2, 3, 4, 6, 9, 13, 18, 24];
const kills = moments.length;
const dates = 3;
const tradesPerDate = 5_000;

test(`a compaction killed ${kills} times at random moments loses nothing and doubles nothing`, async () => {
  const folder = temporaryFolder();
  const location = join(folder, 'lake');
  const state = join(folder, 'state');
  const lake = new Lake(openStore(location), { writer: 'test' });
  const random = seeded(Number(process.env.SEED ?? 1));
  // Two writers that overlap, in many objects.
  for (const writer of ['a', 'b']) {
    for (let date = 0; date < dates; date += 1) await record(lake, writer, date, 8);
  }
  const killedAt = new Set<string>();
  for (const [kill, moment] of moments.entries()) {
    const child = start(location, join(state, 'compaction'));
    killedAt.add(await killedLater(child, moment + Math.floor(random() * 3)));
    for (let turns = Math.floor(random() * 10); turns > 0; turns -= 1) await setImmediate();
    child.process.kill('SIGKILL');
    await child.ended;
    await expectAll(location, `after kill ${kill + 1}`);
    // More comes late, as it does when a lake was away.
    if (kill % 3 === 2) await record(lake, `late-${kill}`, kill % dates, 2);
  }
  expect(killedAt.size, [...killedAt].join(', ')).toBeGreaterThan(2);
  // The command itself: killed while it works, and then not.
  const args = ['compact', '--lake', location, '--format', 'json'];
  const command = startCommand(args, folder);
  await started(join(folder, '.feedlake', 'compaction'));
  command.kill('SIGKILL');
  await command.ended;
  await expectAll(location, 'after the command was killed');
  const { code, stderr } = await startCommand(args, folder).ended;
  expect(code, stderr).toBe(0);
  expect(readdirSync(join(folder, '.feedlake', 'compaction')), 'nothing of it stays on the disk').toEqual([]);
  const { rows } = await raw(
    location,
    'count(*), count(distinct trade_id), min(trade_id::bigint), max(trade_id::bigint)',
  );
  const total = dates * tradesPerDate;
  expect(rows, 'each trade once, in the files themselves').toEqual([[total, total, 0, total - 1]]);
  for (let date = 0; date < dates; date += 1) {
    const names = readdirSync(join(location, `v1/trades/exchange=binance/date=2026-03-0${date + 1}`)).sort();
    expect(names).toEqual([expect.stringMatching(/^_compact-/), expect.stringMatching(/^compact-/)]);
  }
  const again = await feedlake(['compact', '--lake', location]);
  expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/^nothing to compact: each date/) });
});

/** The trades of a date as a writer has them, in so many objects. */
async function record(lake: Lake, writer: string, date: number, objects: number): Promise<void> {
  const each = tradesPerDate / objects;
  for (let object = 0; object < objects; object += 1) {
    const rows = Array.from({ length: each }, (_, index) => {
      const number = object * each + index;
      return trade(String(date * tradesPerDate + number), firstDay + date * day + number * 10_000, {
        symbol: `S${number % 5}-USDT-PERP`,
        ts_recv: firstDay + date * day + minute + writer.length,
      });
    });
    await lake.write('trades', 'binance', `stream-${writer}-${object}`, rows);
  }
}

/** Every trade is there, whoever reads, and every file can be read. */
async function expectAll(location: string, what: string): Promise<void> {
  const total = dates * tradesPerDate;
  const reader = new Lake(openStore(location), { writer: 'reader' });
  expect((await query(reader, 'select count(*), count(distinct trade_id) from trades')).rows, what).toEqual([
    [total, total],
  ]);
  expect((await raw(location, 'count(distinct trade_id)')).rows, `${what}: in the files`).toEqual([[total]]);
}

/** The files themselves, as anybody reads them. */
function raw(location: string, what: string) {
  const nowhere = new Lake(openStore(temporaryFolder()), { writer: 'reader' });
  const files = `${location}/v1/*/exchange=*/date=*/*.parquet`;
  return query(nowhere, `select ${what} from read_parquet('${files}', hive_partitioning = false)`);
}

interface Child {
  readonly process: ChildProcess;
  readonly ended: Promise<unknown>;
  readonly lines: AsyncIterator<string>;
}

function start(location: string, folder: string): Child {
  const script = join(import.meta.dirname, 'compact-process.ts');
  const child = spawn(process.execPath, [script, location, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { process: child, ended: once(child, 'exit'), lines };
}

/** Waits until a process has told so many things, or has nothing more to do; gives the kind of the last one. */
async function killedLater({ lines }: Child, told: number): Promise<string> {
  let last = 'begun';
  for (let seen = 0; seen <= told; seen += 1) {
    const { value, done } = await lines.next();
    if (done === true) break;
    last = value;
    if (value === 'complete') break;
  }
  return last
    .replace(/\S*\//, '')
    .replace(/compact-.*\./, 'compact.')
    .replace(/stream-.*/, 'stream');
}

/** Waits until a compaction works in a folder. */
async function started(folder: string): Promise<void> {
  const isThere = () => {
    try {
      return readdirSync(folder).length > 0;
    } catch {
      return false;
    }
  };
  while (!isThere()) await setImmediate();
}
