import { once } from 'node:events';
import { startSimulator, venueIds } from '@feedlake/simulator';
import type { Context } from '../context.ts';
import { exitCode, UsageError } from '../exit.ts';

export interface SimulatorOptions {
  readonly port?: string;
  readonly seed: string;
  readonly replay?: string;
  readonly trades?: string;
  readonly books?: string;
  readonly symbols?: string;
}

/**
 * `feedlake simulator`: runs the simulated exchanges until Ctrl-C, and prints the settings that point at them.
 * @returns the exit code.
 */
export async function simulatorCommand(context: Context, options: SimulatorOptions): Promise<number> {
  const simulator = await startSimulator({
    seed: wholeNumber('--seed', options.seed),
    port: options.port === undefined ? 0 : portNumber(options.port),
    ...(options.replay !== undefined && { replay: options.replay }),
    ...(options.symbols !== undefined && { symbols: wholeNumber('--symbols', options.symbols) }),
    streams: {
      ...(options.trades !== undefined && { tradesPerSecond: rate('--trades', options.trades) }),
      ...(options.books !== undefined && { booksPerSecond: rate('--books', options.books) }),
    },
  });
  try {
    const what = options.replay === undefined ? 'simulated data' : `recorded replies of ${options.replay}`;
    context.say(`serving ${what}; to collect from here, put this into feedlake.yaml (Ctrl-C ends it)`);
    context.streams.stdout.write('exchanges:\n');
    for (const id of venueIds) {
      const webSocket = simulator.wsUrls[id];
      const endpoints = [`rest: ${simulator.urls[id]}`, ...(webSocket === '' ? [] : [`websocket: ${webSocket}`])];
      context.streams.stdout.write(`  ${id}: { endpoints: { ${endpoints.join(', ')} } }\n`);
    }
    if (!context.signal.aborted) await once(context.signal, 'abort');
  } finally {
    await simulator.close();
  }
  return exitCode.ok;
}

/** The exchanges take so many ports from it on. */
const lastPort = 65_536 - venueIds.length;

function portNumber(text: string): number {
  const port = wholeNumber('--port', text);
  if (port <= lastPort) return port;
  throw new UsageError(
    `--port ${text}: at most ${lastPort}, as the exchanges take ${venueIds.length} ports from it on`,
  );
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`${option} ${text}: not a whole number`);
}

/** The most of anything that the simulated markets do in a second, by instrument. */
const highestRate = 200_000;

function rate(option: string, text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (value > 0 && value <= highestRate) return value;
  throw new UsageError(`${option} ${text}: a number above 0 and at most ${highestRate}, in each second`);
}
