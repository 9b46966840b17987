import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Interface } from 'node:readline';

/** What a receiver is to do. */
export interface Work {
  readonly rest: string;
  readonly websocket: string;
  readonly symbols: readonly string[];
  readonly channels: readonly string[];
  readonly topics: readonly string[];
  readonly folder: string;
}

/** What a receiver used between two lines of its input. */
export interface Used {
  readonly messages: number;
  readonly wallMs: number;
  /** Of the thread that receives, and of the whole process, in milliseconds. */
  readonly threadMs: number;
  readonly processMs: number;
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
  /** Resident memory at times, in MB. */
  readonly memory: readonly number[];
}

const sampleMs = 500;
/** How often the event loop is looked at. Node counts that into each delay; here it is taken off. */
const lookMs = 5;

/** Says `ready` when asked first, measures between the next two lines, and prints what was used. */
export async function measure(lines: Interface, messages: () => number): Promise<void> {
  const input = lines[Symbol.asyncIterator]();
  await input.next();
  const delay = monitorEventLoopDelay({ resolution: lookMs });
  const memory: number[] = [];
  const timer = setInterval(() => memory.push(Math.round(process.memoryUsage.rss() / 1e6)), sampleMs);
  const began = {
    messages: messages(),
    wall: performance.now(),
    thread: process.threadCpuUsage(),
    process: process.cpuUsage(),
  };
  delay.enable();
  await input.next();
  delay.disable();
  clearInterval(timer);
  const thread = process.threadCpuUsage(began.thread);
  const whole = process.cpuUsage(began.process);
  const used: Used = {
    messages: messages() - began.messages,
    wallMs: performance.now() - began.wall,
    threadMs: (thread.user + thread.system) / 1000,
    processMs: (whole.user + whole.system) / 1000,
    delayP99Ms: delay.percentile(99) / 1e6 - lookMs,
    delayMaxMs: delay.max / 1e6 - lookMs,
    memory,
  };
  process.stdout.write(`${JSON.stringify(used)}\n`);
}
