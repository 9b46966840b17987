import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { processStart } from './process-start.ts';

/** What an instance says of itself in its `state_dir`. */
export interface InstanceRecord {
  readonly pid: number;
  /** Tells it from a later process of the same number, see {@link processStart}. */
  readonly process_start: string;
  readonly host: string;
  /** ISO 8601. */
  readonly since: string;
  readonly writer: string;
  readonly version: string;
  /** What it writes into, as its settings say it. */
  readonly lake: string;
  /** Base URL of its health; null until it is served, or where there is none. */
  readonly health: string | null;
}

/** The file in which an instance is recorded. */
export function instanceFile(stateDir: string): string {
  return join(stateDir, 'instance.json');
}

/** The instance that is recorded in a `state_dir`, alive or not; null = none. */
export async function readInstance(stateDir: string): Promise<InstanceRecord | null> {
  try {
    return parseInstance(await readFile(instanceFile(stateDir), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** The text of such a file; null when it is none, as after a power cut. */
export function parseInstance(text: string): InstanceRecord | null {
  try {
    const record = JSON.parse(text) as InstanceRecord | null;
    return typeof record?.pid === 'number' ? record : null;
  } catch {
    return null;
  }
}

/** Whether the instance still runs. Of another machine's it can't be told, and it is taken to have ended. */
export async function isRunning({ pid, process_start, host }: InstanceRecord): Promise<boolean> {
  if (host !== hostname()) return false;
  const start = await processStart(pid);
  return start !== null && (start === '' || process_start === '' || start === process_start);
}
