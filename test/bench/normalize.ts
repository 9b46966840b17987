/**
 * From the bytes of a message to what a program keeps of it: feedlake's two ways, tardis-dev, ccxt, and JSON.parse alone,
 * in turn over the same simulated messages in one run. CPU time of the whole process, so that collecting garbage counts.
 */
import { ccxtPro } from './normalize/ccxt.ts';
import type { Contender, Run } from './normalize/contender.ts';
import { mapped, scanned, scanOnly } from './normalize/feedlake.ts';
import { json } from './normalize/json.ts';
import { type Workload, workloads } from './normalize/messages.ts';
import { tardis } from './normalize/tardis.ts';

const contenders: readonly Contender[] = [scanned, scanOnly, mapped, tardis, ccxtPro, json];

const warmUpMs = 400;
const sliceMs = 15;
const rounds = Number(process.argv[2] ?? 15);

/** A contender on a feed, with how often it goes through the messages in one slice. */
interface Lane {
  readonly contender: Contender;
  readonly run: Run;
  readonly messages: readonly Buffer[];
  readonly passes: number;
  /** Microseconds a message, one for each round. */
  readonly times: number[];
}

function lane(contender: Contender, workload: Workload): Lane | null {
  const run = contender.prepare(workload);
  if (run === null) return null;
  const messages = run.messages ?? workload.messages;
  let passes = 0;
  const start = performance.now();
  while (passes < 3 || performance.now() - start < warmUpMs) {
    pass(run, messages);
    run.check();
    passes += 1;
  }
  const passMs = (performance.now() - start) / passes;
  return { contender, run, messages, passes: Math.max(1, Math.round(sliceMs / passMs)), times: [] };
}

function pass(run: Run, messages: readonly Buffer[]): void {
  run.restart();
  for (const message of messages) run.take(message);
}

function measure({ run, messages, passes, times }: Lane): void {
  const before = process.cpuUsage();
  for (let index = 0; index < passes; index += 1) pass(run, messages);
  const { user, system } = process.cpuUsage(before);
  times.push((user + system) / passes / messages.length);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

const feeds = workloads().map((workload) => ({
  workload,
  lanes: contenders.map((contender) => lane(contender, workload)),
}));
for (let round = 0; round < rounds; round += 1) {
  for (const { lanes } of feeds) for (const one of lanes) if (one !== null) measure(one);
}

const print = (line: string) => process.stdout.write(`${line}\n`);
print('Microseconds of CPU a message, and how many times that of feedlake (medians; messages are simulated)');
print(`| feed | bytes | rows | ${contenders.map(({ name }) => name).join(' | ')} |`);
print(`|---|---|---|${contenders.map(() => '---').join('|')}|`);
for (const { workload, lanes } of feeds) {
  const { name, messages, rows } = workload;
  const bytes = messages.reduce((sum, message) => sum + message.length, 0) / messages.length;
  const ours = lanes[0]?.times ?? [];
  const cells = lanes.map((one, index) => {
    if (one === null) return 'none';
    const factor = median(one.times.map((time, round) => time / (ours[round] as number)));
    return `${median(one.times).toFixed(2)}${index === 0 ? '' : ` (${factor.toFixed(1)})`}`;
  });
  print(`| ${[name, Math.round(bytes), (rows / messages.length).toFixed(1), ...cells].join(' | ')} |`);
}
print('');
print('| program | decimals are | it checks | it keeps |');
print('|---|---|---|---|');
for (const { name, decimals, checks, keeps } of contenders) print(`| ${[name, decimals, checks, keeps].join(' | ')} |`);
