import { spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { styleText } from 'node:util';
import { milliseconds } from '@feedlake/config';
import { now } from '@feedlake/schema';
import type { Context, GlobalOptions } from '../context.ts';
import { askHealth } from '../daemon/ask-health.ts';
import { follow, lastLines, logFile, rotate } from '../daemon/log-file.ts';
import { exitCode, UsageError } from '../exit.ts';
import { type InstanceRecord, isRunning, readInstance } from '../instance/record.ts';
import { writeAll } from '../output/write.ts';
import { dashboard } from '../up/dashboard.ts';
import { planOf } from '../up/plan.ts';
import { simulatedPlaces } from '../up/simulated.ts';

export interface DaemonOptions {
  readonly simulate?: boolean;
}

const bin = join(import.meta.dirname, '..', 'bin.ts');
/** How often it is looked whether something has come about, and for how long, in milliseconds. */
const lookMs = 50;
const startMs = 30_000;
/** What stopping may take beside `streamer.stop_timeout`, in milliseconds. */
const stopMs = 7_000;
/** Lines of the log that tell why it did not start. */
const lastWords = 15;

/**
 * `feedlake daemon start`: runs `up` in the background and waits until its health answers.
 * @returns the exit code: also 0 when it runs already.
 */
export async function daemonStart(context: Context, global: GlobalOptions, options: DaemonOptions): Promise<number> {
  const stateDir = stateDirOf(context, options);
  const running = await runningIn(stateDir);
  if (running !== null) {
    context.streams.stdout.write(`${where(running)}, and did before\n`);
    return exitCode.ok;
  }
  // What is wrong with the settings is said here, where somebody reads it.
  if (options.simulate !== true) planOf(context.config);
  await mkdir(stateDir, { recursive: true });
  const log = logFile(stateDir);
  await rotate(log);
  const file = await open(log, 'a');
  const from = (await file.stat()).size;
  const child = spawn(
    process.execPath,
    [bin, ...argumentsOf(global), 'up', ...(options.simulate ? ['--simulate'] : [])],
    {
      detached: true,
      stdio: ['ignore', file.fd, file.fd],
    },
  );
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  child.unref();
  await file.close();
  const found = await eventually(startMs, context.signal, async () => {
    if (isOver()) return 'over' as const;
    const record = await readInstance(stateDir);
    const url = record?.pid === child.pid ? (record?.health ?? null) : null;
    return url !== null && (await askHealth(url)) !== null ? record : null;
  });
  if (found !== null && found !== 'over') {
    context.streams.stdout.write(`${where(found)}; its log is ${log}\n`);
    return exitCode.ok;
  }
  context.complain(
    isOver() ? 'it ended right after its start; the end of its log:' : `it does not answer yet; the end of ${log}:`,
  );
  context.complain((await lastLines(log, lastWords, from)).text.trimEnd());
  return exitCode.failed;
}

/**
 * `feedlake daemon stop`: ends the instance of this `state_dir`, and waits until what it received is in the lake.
 * @returns the exit code: also 0 when none ran.
 */
export async function daemonStop(context: Context, options: DaemonOptions): Promise<number> {
  const stateDir = stateDirOf(context, options);
  const running = await runningIn(stateDir);
  if (running === null) {
    context.streams.stdout.write(`none runs in state_dir ${stateDir}\n`);
    return exitCode.ok;
  }
  const { pid } = running;
  process.kill(pid, 'SIGTERM');
  const patienceMs = milliseconds(context.config.streamer.stop_timeout) + stopMs;
  const started = performance.now();
  const isGone = await eventually(patienceMs, context.signal, async () => ((await isRunning(running)) ? null : true));
  if (isGone !== null) {
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    context.streams.stdout.write(`process ${pid} ended after ${seconds} s\n`);
    return exitCode.ok;
  }
  context.complain(
    `process ${pid} still runs after ${patienceMs / 1000} s; \`kill -9 ${pid}\` ends it at once: what it received is on disk`,
  );
  return exitCode.failed;
}

/**
 * `feedlake daemon status`: how the instance of this `state_dir` fares.
 * @returns the exit code: 0 all is well, 3 something is missing, 1 nothing is recorded, or none runs.
 */
export async function daemonStatus(
  context: Context,
  { format, ...options }: DaemonOptions & { readonly format: string },
): Promise<number> {
  if (format !== 'table' && format !== 'json') throw new UsageError(`--format ${format}: choose one of table, json`);
  const stateDir = stateDirOf(context, options);
  const { stdout } = context.streams;
  const running = await runningIn(stateDir);
  if (running === null) {
    stdout.write(
      format === 'json' ? `${JSON.stringify({ running: false })}\n` : `none runs in state_dir ${stateDir}\n`,
    );
    return exitCode.failed;
  }
  const answer = running.health === null ? null : await askHealth(running.health);
  if (format === 'json') {
    const { pid, health, lake } = running;
    stdout.write(`${JSON.stringify({ running: true, pid, url: health, lake, ...answer?.json }, null, 2)}\n`);
  } else if (answer === null) {
    stdout.write(`${where(running)}, but its health does not answer\n`);
  } else {
    const facts = { lake: running.lake, url: running.health ?? '', simulated: options.simulate === true };
    const style = (name: Parameters<typeof styleText>[0], text: string) =>
      stdout.isTTY === true ? styleText(name, text, { stream: stdout }) : text;
    const lines = dashboard(answer.health, { ...facts, now: now(), style });
    stdout.write(`${answer.status}: process ${running.pid}\n${lines.map((line) => `${line}\n`).join('')}`);
  }
  if (answer === null) return exitCode.partial;
  return { ok: exitCode.ok, degraded: exitCode.partial, failing: exitCode.failed }[answer.status];
}

/** `feedlake daemon logs`: the end of the log of the instance in the background. */
export async function daemonLogs(
  context: Context,
  options: DaemonOptions & { readonly follow?: boolean; readonly lines: string },
): Promise<number> {
  if (!/^\d{1,6}$/.test(options.lines)) throw new UsageError(`--lines ${options.lines}: not a whole number`);
  const file = logFile(stateDirOf(context, options));
  try {
    const { text, end } = await lastLines(file, Number(options.lines));
    await writeAll(context.streams.stdout, [text]);
    if (options.follow !== true) return exitCode.ok;
    for await (const more of follow(file, end, context.signal)) await writeAll(context.streams.stdout, [more]);
    return exitCode.ok;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    context.complain(`there is no ${file}: \`feedlake daemon start\` begins it`);
    return exitCode.failed;
  }
}

function stateDirOf(context: Context, { simulate }: DaemonOptions): string {
  if (simulate === true) context.set(simulatedPlaces(context));
  return context.config.state_dir;
}

async function runningIn(stateDir: string): Promise<InstanceRecord | null> {
  const record = await readInstance(stateDir);
  return record !== null && (await isRunning(record)) ? record : null;
}

function where({ pid, health }: InstanceRecord): string {
  return `process ${pid} runs${health === null ? '' : `, ${health}/health`}`;
}

function argumentsOf({ config, lake, logLevel, quiet }: GlobalOptions): string[] {
  return [
    ...(config === undefined ? [] : ['--config', config]),
    ...(lake === undefined ? [] : ['--lake', lake]),
    ...(logLevel === undefined ? [] : ['--log-level', logLevel]),
    ...(quiet === true ? ['--quiet'] : []),
  ];
}

/** What a look brings, looking again until it brings something. Null when that takes too long. */
async function eventually<Found>(
  ms: number,
  signal: AbortSignal,
  look: () => Promise<Found | null>,
): Promise<Found | null> {
  const deadline = performance.now() + ms;
  for (;;) {
    const found = await look();
    if (found !== null || performance.now() > deadline) return found;
    await setTimeout(lookMs, undefined, { signal });
  }
}
