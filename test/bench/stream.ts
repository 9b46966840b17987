/**
 * From sockets to Parquet: how many rows a second the streamer takes, what a row costs, how long the event loop is held
 * up, and how all of it compares to a bare receive loop over the same frames in the same run. The frames are simulated, and
 * sent as fast as the receiver reads, by a process of its own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Used, Work } from './stream/measure.ts';

const seconds = Number(process.argv[2] ?? 10);
const warmUpSeconds = 2;
const symbols = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'XRPUSDT'];

interface Child {
  readonly process: ChildProcess;
  /** Sends a line. */
  tell(line: string): void;
  /** The next line that it prints. */
  line<Value>(): Promise<Value>;
}

function start(script: string, args: readonly string[] = []): Child {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'stream', script), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines: Interface = createInterface({ input: child.stdout });
  const iterator = lines[Symbol.asyncIterator]();
  return {
    process: child,
    tell: (line) => void child.stdin.write(`${line}\n`),
    async line<Value>() {
      const { value, done } = await iterator.next();
      if (done) throw new Error(`${script} ended`);
      return JSON.parse(value) as Value;
    },
  };
}

interface Result {
  readonly used: Used;
  readonly sent: { readonly messages: number; readonly rows: number };
  readonly end: {
    readonly complete: boolean;
    readonly rows: number;
    readonly closeMs: number;
    readonly closeCpuMs: number;
  } | null;
}

async function run(script: 'ours.ts' | 'bare.ts', channels: readonly string[], pace: number): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'feedlake-bench-'));
  const venue = start('venue.ts');
  const urls = await venue.line<{ rest: string; websocket: string }>();
  const topics = symbols.flatMap((symbol) =>
    channels.map((channel) => `${symbol.toLowerCase()}@${channel === 'trades' ? 'aggTrade' : 'depth@100ms'}`),
  );
  const work: Work = { ...urls, symbols, channels, topics, folder };
  const receiver = start(script, [JSON.stringify(work)]);
  try {
    await subscribed(venue, topics.length);
    venue.tell(`pace ${pace}`);
    await venue.line();
    await delay(warmUpSeconds);
    receiver.tell('begin');
    await delay(seconds);
    receiver.tell('end');
    const used = await receiver.line<Used>();
    venue.tell('pace 0');
    const sent = await venue.line<{ messages: number; rows: number }>();
    const end = script === 'ours.ts' ? await receiver.line<Result['end']>() : null;
    return { used, sent, end };
  } finally {
    venue.process.kill();
    receiver.process.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Waits until the venue has been asked for so many topics. */
async function subscribed(venue: Child, count: number): Promise<void> {
  for (;;) {
    venue.tell('count');
    const { topics } = await venue.line<{ topics: number }>();
    if (topics >= count) return;
    await delay(0.1);
  }
}

function delay(secs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, secs * 1000));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function report(name: string, bare: Result, ours: Result): void {
  const per = (ms: number, count: number) => (ms * 1000) / count;
  const floor = per(bare.used.threadMs, bare.used.messages);
  const cost = per(ours.used.threadMs, ours.used.messages);
  const rows = ours.used.messages * (ours.sent.rows / ours.sent.messages);
  const cpu = per(ours.used.processMs + (ours.end?.closeCpuMs ?? 0), rows);
  const { used, end } = ours;
  say(`\n${name}`);
  say(
    `  bare ws loop   ${floor.toFixed(2)} µs a message, ${(bare.used.messages / bare.used.wallMs).toFixed(0)}k messages/s`,
  );
  say(
    `  feedlake       ${cost.toFixed(2)} µs a message, ${(used.messages / used.wallMs).toFixed(0)}k messages/s, ${(rows / used.wallMs).toFixed(0)}k rows/s`,
  );
  say(`  ratio          ${(cost / floor).toFixed(2)} (the receiving thread's CPU time)`);
  say(`  process        ${cpu.toFixed(2)} µs CPU a row, Parquet in the lake included`);
  say(`  event loop     p99 ${used.delayP99Ms.toFixed(1)} ms, longest ${used.delayMaxMs.toFixed(1)} ms`);
  say(`  memory         ${used.memory.filter((_, index) => index % 4 === 0).join(' ')} MB`);
  const whole = end?.complete === true ? 'all in the lake' : 'NOT all in the lake';
  say(`  end            ${end?.rows} rows, ${whole} ${((end?.closeMs ?? 0) / 1000).toFixed(1)} s after the last`);
}

say(`${availableParallelism()} cores, Node ${process.version}, ${seconds} s each; all frames are simulated`);
for (const [name, channels] of [
  ['trades', ['trades']],
  ['20-level depth (40 rows a message)', ['book_deltas']],
  ['both', ['trades', 'book_deltas']],
] as const) {
  for (const pace of [Number.POSITIVE_INFINITY, channels.length > 1 ? 5_000 : 20_000]) {
    const how =
      pace === Number.POSITIVE_INFINITY ? 'as fast as it reads' : `${pace} messages/s, each a packet of its own`;
    const bare = await run('bare.ts', channels, pace);
    report(`${name}, ${how}`, bare, await run('ours.ts', channels, pace));
  }
}
