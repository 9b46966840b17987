import { VenueSettingsError } from '@feedlake/collector';
import { ConfigError } from '@feedlake/config';
import { ObjectError, QueryError, StoreError } from '@feedlake/lake';
import { ListenError } from '@feedlake/telemetry';
import { CommanderError } from 'commander';
import { exitCode, UsageError } from './exit.ts';
import { AlreadyRunningError } from './instance/instance.ts';
import { createProgram } from './program.ts';
import type { Streams } from './streams.ts';

/**
 * Runs the command line once. Errors are written to standard error, never thrown.
 * @param args What follows the name of the command.
 * @param signal Aborted by Ctrl-C.
 * @returns the exit code.
 */
export async function run(args: readonly string[], streams: Streams, signal: AbortSignal): Promise<number> {
  let code: number = exitCode.ok;
  let isOver = false;
  try {
    const program = createProgram(streams, signal, (ended, untilStopped) => {
      code = ended;
      isOver = untilStopped;
    });
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!signal.aborted) code = report(error, streams);
  }
  return signal.aborted && !isOver ? exitCode.interrupted : code;
}

/** A file that can't be written, a port that is taken: Node's own message says which. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

function report(error: unknown, { stderr }: Streams): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  const isUsage = error instanceof UsageError || error instanceof ConfigError || error instanceof VenueSettingsError;
  const isExpected =
    isUsage ||
    error instanceof AlreadyRunningError ||
    error instanceof ListenError ||
    error instanceof StoreError ||
    error instanceof ObjectError ||
    error instanceof QueryError ||
    isSystemError(error);
  const text = error instanceof Error ? (isExpected ? error.message : (error.stack ?? error.message)) : String(error);
  stderr.write(`feedlake: ${text}\n`);
  return isUsage ? exitCode.usage : exitCode.failed;
}
