/**
 * From sockets to Parquet: how many rows a second the streamer takes, what a row costs, how long the event loop is held
 * up, and how all of it compares to a bare receive loop over the same frames in the same run, and to what is aimed at. The
 * frames are simulated, and sent by a process of its own, as fast as the receiver reads or at a pace.
 *
 * `node test/bench/stream.ts [--seconds N] [SCENARIO…]`, see the list below.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { Used, Work } from './stream/measure.ts';

const { values: options, positionals: wanted } = parseArgs({
  options: { seconds: { type: 'string', default: '20' } },
  allowPositionals: true,
});
const secondsEach = Number(options.seconds);
const warmUpSeconds = 2;
const symbols = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'XRPUSDT'];

interface Child {
  readonly process: ChildProcess;
  /** Sends a line. */
  tell(line: string): void;
  /** Rejected when it ends. */
  readonly ended: Promise<never>;
  /** The next line that it prints. */
  line<Value>(): Promise<Value>;
}

function start(script: string, args: readonly string[] = []): Child {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'stream', script), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines: Interface = createInterface({ input: child.stdout });
  const iterator = lines[Symbol.asyncIterator]();
  const ended = new Promise<never>((_resolve, reject) => {
    child.once('exit', () => reject(new Error(`${script} ended`)));
  });
  ended.catch(() => undefined);
  return {
    process: child,
    ended,
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

async function run(script: 'ours.ts' | 'bare.ts', { channels, pace }: Scenario, seconds: number): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'feedlake-bench-'));
  const venue = start('venue.ts');
  const urls = await venue.line<{ rest: string; websocket: string }>();
  const topics = symbols.flatMap((symbol) =>
    channels.map((channel) => `${symbol.toLowerCase()}@${channel === 'trades' ? 'aggTrade' : 'depth@100ms'}`),
  );
  const work: Work = { ...urls, symbols, channels, topics, folder };
  const receiver = start(script, [JSON.stringify(work)]);
  try {
    await Promise.race([subscribed(venue, topics.length), receiver.ended]);
    venue.tell(`pace ${pace}`);
    await venue.line();
    await delay(warmUpSeconds);
    receiver.tell('begin');
    await delay(seconds);
    receiver.tell('end');
    const used = await receiver.line<Used>();
    venue.tell('pace 0');
    const sent = await venue.line<{ messages: number; rows: number }>();
    receiver.tell('close');
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

function report(name: string, bare: Result, ours: Result, aims: Aims): void {
  const per = (ms: number, count: number) => (ms * 1000) / count;
  const floor = per(bare.used.threadMs, bare.used.messages);
  const cost = per(ours.used.threadMs, ours.used.messages);
  const rows = ours.used.messages * (ours.sent.rows / ours.sent.messages);
  const cpu = per(ours.used.processMs + (ours.end?.closeCpuMs ?? 0), rows);
  const { used, end } = ours;
  const whole = end?.complete === true ? 'all in the lake' : 'NOT all in the lake';
  const peak = Math.max(...used.memory);
  say(`\n${name}`);
  say(`  bare ws loop   ${floor.toFixed(2)} µs a message, ${thousands(bare.used.messages, bare.used)} messages/s`);
  say(
    `  feedlake       ${cost.toFixed(2)} µs a message, ${thousands(used.messages, used)} messages/s, ${thousands(rows, used)} rows/s`,
  );
  say(`  ratio          ${(cost / floor).toFixed(2)} (the receiving thread's CPU time)`);
  say(`  process        ${cpu.toFixed(2)} µs CPU a row, Parquet in the lake included`);
  say(`  event loop     p99 ${used.delayP99Ms.toFixed(1)} ms, longest ${used.delayMaxMs.toFixed(1)} ms`);
  say(`  memory         ${used.memory.filter((_, index) => index % 4 === 0).join(' ')} MB`);
  say(
    `  end            ${end?.rows} rows of ${ours.sent.rows} sent, ${whole} ${((end?.closeMs ?? 0) / 1000).toFixed(1)} s after the last`,
  );
  const held: readonly [aim: string, holds: boolean][] = [
    [`rows/s at least ${aims.rows}`, rows / (used.wallMs / 1000) >= aims.rows],
    [`ratio at most ${aims.ratio}`, cost / floor <= aims.ratio],
    ['p99 below 20 ms', used.delayP99Ms < 20],
    ['memory below 500 MB', peak < 500],
    ['memory flat', isFlat(used.memory)],
  ];
  say(`  aims           ${held.map(([aim, holds]) => `${aim}: ${holds ? 'yes' : 'NO'}`).join('; ')}`);
}

function thousands(count: number, { wallMs }: Used): string {
  return `${(count / wallMs).toFixed(0)}k`;
}

/** Whether the last third of the samples has no peak that is more than a tenth above that of the third before. */
function isFlat(memory: readonly number[]): boolean {
  const third = Math.floor(memory.length / 3);
  const [before, last] = [memory.slice(third, 2 * third), memory.slice(2 * third)];
  return Math.max(...last) <= 1.1 * Math.max(...before);
}

/** What is aimed at, besides a p99 delay of the event loop below 20 ms and flat memory below 500 MB. */
interface Aims {
  /** Times the bare loop. */
  readonly ratio: number;
  /** A second. */
  readonly rows: number;
}

/** What is sent, and how many messages a second; infinite = as many as the receiver reads. */
interface Scenario {
  readonly name: string;
  readonly channels: readonly string[];
  readonly pace: number;
  readonly aims: Aims;
}

const trades = { channels: ['trades'], aims: { ratio: 1.5, rows: 0 } };
const depth = { channels: ['book_deltas'], aims: { ratio: 2, rows: 0 } };
const both = { channels: ['trades', 'book_deltas'], aims: { ratio: 2, rows: 200_000 } };
const all = Number.POSITIVE_INFINITY;
const scenarios: readonly Scenario[] = [
  // A trade and a change of a book in turn: 256,000 rows a second.
  { name: 'both-paced', pace: 12_500, ...both },
  { name: 'both', pace: all, ...both },
  { name: 'trades-paced', pace: 20_000, ...trades },
  { name: 'trades', pace: all, ...trades },
  { name: 'depth-paced', pace: 20_000, ...depth },
  { name: 'depth', pace: all, ...depth },
];

say(`${availableParallelism()} cores, Node ${process.version}; all frames are simulated`);
say('depth = changes of a book with 20 levels a side, 40 rows a message');
for (const scenario of scenarios) {
  const { name, pace, aims } = scenario;
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const how = pace === all ? 'as fast as it reads' : `${pace} messages/s, each a packet of its own`;
  const bare = await run('bare.ts', scenario, Math.min(secondsEach, 10));
  report(`${name}: ${how}, for ${secondsEach} s`, bare, await run('ours.ts', scenario, secondsEach), aims);
}
