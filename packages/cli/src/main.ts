import { VenueSettingsError } from '@feedlake/collector';
import { ConfigError } from '@feedlake/config';
import { QueryError, StoreError } from '@feedlake/lake';
import { CommanderError } from 'commander';
import { exitCode, UsageError } from './exit.ts';
import { createProgram } from './program.ts';

/** Ctrl-C has this long to store what was received. */
const graceMs = 9000;

/** Runs the command line and ends the process with its exit code. The first Ctrl-C ends it cleanly, the second at once. */
export async function main(argv: readonly string[]): Promise<void> {
  const interrupt = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (interrupt.signal.aborted) process.exit(exitCode.interrupted);
      process.stderr.write('stopping: storing what was received (again to stop at once)\n');
      interrupt.abort(new Error('interrupted'));
      setTimeout(() => process.exit(exitCode.interrupted), graceMs).unref();
    });
  }
  process.stdout.on('error', endOnClosedPipe);
  try {
    const program = createProgram(interrupt.signal, (code) => {
      process.exitCode = code;
    });
    await program.parseAsync([...argv]);
  } catch (error) {
    process.exitCode = interrupt.signal.aborted ? exitCode.interrupted : report(error);
  }
  if (interrupt.signal.aborted) process.exitCode = exitCode.interrupted;
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  const isExpected =
    error instanceof UsageError ||
    error instanceof ConfigError ||
    error instanceof VenueSettingsError ||
    error instanceof StoreError ||
    error instanceof QueryError;
  const text = error instanceof Error ? (isExpected ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`feedlake: ${text}\n`);
  const isUsage = error instanceof UsageError || error instanceof ConfigError || error instanceof VenueSettingsError;
  return isUsage ? exitCode.usage : exitCode.failed;
}

/** The reader of standard output went away, as `head` does: that is no failure. */
function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(exitCode.ok);
  throw error;
}
