import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * Whether a process runs, and what tells it from a later one that got its number: on Linux its start in clock ticks
 * since the boot (proc_pid_stat(5), field 22) with the id of that boot, elsewhere what `ps` says.
 * @returns null when no such process runs; '' when it does and its start can't be told.
 */
export async function processStart(pid: number): Promise<string | null> {
  if (!exists(pid)) return null;
  if (process.platform === 'linux') return linuxStart(pid);
  if (process.platform === 'win32') return '';
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim();
  } catch {
    return '';
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is one too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function linuxStart(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    // The name before it, in parentheses, may hold anything.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // One that has ended and that nobody has asked for its exit code yet.
    if (state === 'Z' || state === 'X') return null;
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'latin1');
    return `${fields[18]} ${boot.trim()}`;
  } catch {
    return exists(pid) ? '' : null;
  }
}
