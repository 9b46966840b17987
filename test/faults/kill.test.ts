import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import type { ConfigInput } from '@feedlake/config';
import { Lake, openStore } from '@feedlake/lake';
import { now } from '@feedlake/schema';
import { type Simulator, startSimulator, type VenueId, venueIds } from '@feedlake/simulator';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/lake.ts';
import { compareAll, type Recorded } from './compare.ts';
import { rowsOf, symbols, timelinesOf } from './recording.ts';

const kills = 30;
const channels = ['trades', 'book_deltas', 'liquidations'] as const;
/** Moments to kill at. */
const moments = ['loaded', 'recovering', 'taking-up', 'recovered', 'flushing', 'flushed', 'sealed'];
/** So many times at most some of them come before. A segment is sealed about once a second. */
const often: Readonly<Record<string, number>> = { flushing: 12, flushed: 12, sealed: 4 };

test(`killed ${kills} times at random moments, it loses nothing that it does not tell, and doubles nothing`, {
  timeout: 400_000,
}, async () => {
  const folder = temporaryFolder();
  const simulator = await startSimulator({
    symbols: 8,
    enforceLimits: false,
    truthCapacity: 20_000_000,
    streams: { tradesPerSecond: 20, booksPerSecond: 5, liquidationsPerMinute: 120 },
  });
  const exchanges = Object.fromEntries(
    venueIds.map((venue) => [
      venue,
      {
        symbols: [...symbols[venue]],
        channels: [...channels],
        endpoints: { rest: simulator.urls[venue], websocket: simulator.wsUrls[venue] },
      },
    ]),
  );
  const code: ConfigInput = {
    lake: join(folder, 'lake'),
    state_dir: join(folder, 'state'),
    exchanges,
    streamer: { segment: { max_age: '1s' } },
  };
  const random = seeded(Number(process.env.SEED ?? 1));
  const from = now();
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      const child = start(code, folder);
      const moment = moments[Math.floor(random() * moments.length)] ?? 'flushed';
      await reached(child, moment, 1 + Math.floor(random() * (often[moment] ?? 1)));
      for (let turns = Math.floor(random() * 20); turns > 0; turns -= 1) await setImmediate();
      child.process.kill('SIGKILL');
      await child.ended;
    }
    const last = start(code, folder);
    await reached(last, 'flushed', 20);
    // What is sent later is nobody's account.
    const to = now();
    last.process.kill('SIGTERM');
    await reached(last, 'complete', 1);
    await last.ended;
    expect(await readdir(join(folder, 'state', 'spool'))).toEqual([]);
    expect(simulator.truth.dropped).toBe(0);
    const lake = new Lake(openStore(join(folder, 'lake')), { writer: 'reader' });
    for (const venue of venueIds) {
      for (const [dataset, found] of await compareAll(recorded(lake, venue, simulator, to), channels, from)) {
        const what = `${venue} ${dataset}`;
        expect(found.recorded, `${what}: recorded`).toBeGreaterThan(0);
        expect(found.doubled, `${what}: doubled`).toEqual([]);
        expect(found.invented, `${what}: invented`).toEqual([]);
        expect(found.unreported, `${what}: lost and not reported`).toEqual([]);
      }
    }
  } finally {
    await simulator.close();
  }
});

interface Child {
  readonly process: ChildProcess;
  readonly ended: Promise<unknown>;
  readonly words: AsyncIterator<string>;
}

function start(code: ConfigInput, folder: string): Child {
  const script = join(import.meta.dirname, 'streamer-process.ts');
  const child = spawn(process.execPath, [script, JSON.stringify({ code, folder })], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const words = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { process: child, ended: once(child, 'exit'), words };
}

/** Waits until a process has come to something so many times, or to something later where that does not come. */
async function reached({ words }: Child, moment: string, times: number): Promise<void> {
  let left = times;
  for (let seen = 0; ; seen += 1) {
    const { value, done } = await words.next();
    if (done) throw new Error(`it ended before it had ${moment}`);
    if (value === moment) left -= 1;
    if (left === 0 || (moment === 'taking-up' && value === 'flushed') || seen > 500) return;
  }
}

function recorded(lake: Lake, venue: VenueId, simulator: Simulator, to: number): Recorded {
  return {
    venue,
    simulator,
    clock: { now: () => to },
    rows: (dataset) => rowsOf(lake, venue, dataset),
    // Gaps may begin later than what they tell of was sent: it might have waited to be read.
    timelines: (since) => timelinesOf(lake, venue, { from: since, to: now() }),
  };
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
