import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { isoTime, now } from '@feedlake/schema';
import { UsageError } from '../exit.ts';
import { processStart } from './process-start.ts';
import { type InstanceRecord, instanceFile, isRunning, parseInstance } from './record.ts';

/** Another instance works in this `state_dir`. */
export class AlreadyRunningError extends Error {
  override readonly name = 'AlreadyRunningError';
  readonly record: InstanceRecord;

  constructor(stateDir: string, record: InstanceRecord) {
    const where = record.health === null ? '' : `, ${record.health}/health`;
    super(
      `an instance runs in state_dir ${stateDir} already (process ${record.pid} since ${record.since}${where}): ` +
        'end it (`feedlake daemon stop`), or give this one its own state_dir, streamer.writer and health.port',
    );
    this.record = record;
  }
}

/** Our hold on a `state_dir`: no other process works in it as long as it stands. */
export class Instance {
  /** The one before us ended without letting go: it was killed, or the machine went down. */
  readonly afterCrash: boolean;
  readonly #stateDir: string;
  #record: InstanceRecord;

  constructor(stateDir: string, record: InstanceRecord, afterCrash: boolean) {
    this.#stateDir = stateDir;
    this.#record = record;
    this.afterCrash = afterCrash;
  }

  /** Records where its health is served. */
  async serves(health: string): Promise<void> {
    this.#record = { ...this.#record, health };
    const file = instanceFile(this.#stateDir);
    await writeFile(`${file}.new`, textOf(this.#record));
    await rename(`${file}.new`, file);
  }

  async release(): Promise<void> {
    await rm(instanceFile(this.#stateDir), { force: true });
  }
}

/**
 * Takes hold of a `state_dir`.
 * @throws AlreadyRunningError when a process that runs has it; UsageError where it can be no folder; an error of the file
 * system.
 */
export async function claimInstance(
  stateDir: string,
  about: Pick<InstanceRecord, 'writer' | 'version' | 'lake'>,
): Promise<Instance> {
  const { pid } = process;
  const process_start = (await processStart(pid)) ?? '';
  const record = { pid, process_start, host: hostname(), since: isoTime(now()), ...about, health: null };
  const file = instanceFile(stateDir);
  const own = `${file}.${pid}`;
  await makeFolder(stateDir);
  await writeFile(own, textOf(record));
  let afterCrash = false;
  try {
    // link(2) fails where the name is taken, so of any number of racers one gets it.
    while (!(await linked(own, file))) afterCrash = (await removeStale(stateDir, file)) || afterCrash;
  } finally {
    await rm(own, { force: true });
  }
  return new Instance(stateDir, record, afterCrash);
}

async function makeFolder(stateDir: string): Promise<void> {
  try {
    await mkdir(stateDir, { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTDIR' && code !== 'EEXIST') throw error;
    throw new UsageError(`state_dir ${stateDir}: it, or what it is in, is a file and no folder; choose another`);
  }
}

/**
 * Removes the record of an instance that has ended.
 * @returns whether there was one.
 * @throws AlreadyRunningError when it runs.
 */
async function removeStale(stateDir: string, file: string): Promise<boolean> {
  const found = await readOrNull(file);
  if (found === null) return false;
  await refuseRunning(stateDir, found);
  const aside = `${file}.${process.pid}.stale`;
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  try {
    const taken = await readOrNull(aside);
    // Somebody was faster, and what was taken aside is theirs.
    if (taken !== null && taken !== found) {
      await linked(aside, file);
      await refuseRunning(stateDir, taken);
    }
  } finally {
    await rm(aside, { force: true });
  }
  return true;
}

async function refuseRunning(stateDir: string, text: string): Promise<void> {
  const record = parseInstance(text);
  if (record !== null && (await isRunning(record))) throw new AlreadyRunningError(stateDir, record);
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readOrNull(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function textOf(record: InstanceRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}
