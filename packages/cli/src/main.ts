import { exitCode } from './exit.ts';
import { run } from './run.ts';

/** Between Ctrl-C and the end of the process at least, in milliseconds. */
const usualGraceMs = 9000;

/** Runs the command line as this process. The first Ctrl-C ends it cleanly, the second at once. */
export async function main(argv: readonly string[]): Promise<void> {
  const interrupt = new AbortController();
  let graceMs = usualGraceMs;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (interrupt.signal.aborted) process.exit(exitCode.interrupted);
      process.stderr.write('stopping: storing what was received (again to stop at once)\n');
      interrupt.abort(new Error('interrupted'));
      setTimeout(() => process.exit(exitCode.interrupted), graceMs).unref();
    });
  }
  const ends: (() => void)[] = [];
  for (const stream of [process.stdout, process.stderr]) stream.on('error', (error) => endOnClosedPipe(error, ends));
  const { stdin, stdout, stderr } = process;
  const streams = {
    stdin,
    stdout,
    stderr,
    whenReaderGoes: (end: () => void) => void ends.push(end),
    grantGrace: (milliseconds: number) => {
      graceMs = Math.max(usualGraceMs, milliseconds);
    },
  };
  process.exitCode = await run(argv.slice(2), streams, interrupt.signal);
}

/** The reader of the output went away, as `head` does: that is no failure. A full disk behind it is one. */
function endOnClosedPipe(error: NodeJS.ErrnoException, ends: readonly (() => void)[]): void {
  if (error.code === 'EPIPE' && ends.length > 0) {
    for (const end of ends) end();
    return;
  }
  if (error.code === 'EPIPE') process.exit(exitCode.ok);
  process.stderr.write(`feedlake: the output can't be written: ${error.message}\n`);
  process.exit(exitCode.failed);
}
