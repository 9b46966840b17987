import { setImmediate } from 'node:timers/promises';
import { readCoverage, resolveCoverage, Streamer, type Timeline } from '@feedlake/collector';
import { type ConfigInput, loadConfig } from '@feedlake/config';
import { nativeOptions } from '@feedlake/exchanges';
import { Lake, openStore } from '@feedlake/lake';
import { type AnyRow, type DatasetName, now as systemNow } from '@feedlake/schema';
import { type Simulator, type SimulatorOptions, startSimulator, type VenueId } from '@feedlake/simulator';
import { createLogger } from '@feedlake/telemetry';
import { temporaryFolder } from '../support/lake.ts';
import { ManualClock } from '../support/manual-clock.ts';

/** The same two instruments by each venue's own names. */
export const symbols: Readonly<Record<VenueId, readonly [string, string]>> = {
  binance: ['BTCUSDT', 'ETHUSDT'],
  bybit: ['BTCUSDT', 'ETHUSDT'],
  hyperliquid: ['BTC', 'ETH'],
  backpack: ['BTC_USDC_PERP', 'ETH_USDC_PERP'],
};

export type Channels = NonNullable<NonNullable<NonNullable<ConfigInput['exchanges']>[string]>['channels']>;

export interface RecordingOptions {
  readonly venue: VenueId;
  readonly channels: Channels;
  readonly streams?: SimulatorOptions['streams'];
  readonly config?: ConfigInput;
  /** Where the spool is kept. Default: beside the lake. */
  readonly stateFolder?: string;
}

/** How far the clock goes at once, in milliseconds: what is sent meanwhile is received at the end of it. */
export const stepMs = 200;

/**
 * A streamer that records a simulated venue into a lake in a folder. Time goes on only when it is told to, for both; between
 * them are real sockets, files and threads.
 */
export class Recording {
  readonly venue: VenueId;
  readonly clock = new ManualClock(systemNow());
  readonly lines: string[] = [];
  readonly folder = temporaryFolder();
  readonly #options: RecordingOptions;
  #simulator: Simulator | null = null;
  #streamer: Streamer | null = null;

  private constructor(options: RecordingOptions) {
    this.venue = options.venue;
    this.#options = options;
  }

  static async start(options: RecordingOptions): Promise<Recording> {
    const recording = new Recording(options);
    const { clock } = recording;
    recording.#simulator = await startSimulator({
      venues: [options.venue],
      symbols: 8,
      now: () => clock.now(),
      streams: {
        tradesPerSecond: 5,
        booksPerSecond: 5,
        liquidationsPerMinute: 20,
        tickersPerSecond: 2,
        ...options.streams,
      },
    });
    await recording.startStreamer();
    return recording;
  }

  get simulator(): Simulator {
    if (this.#simulator === null) throw new TypeError('there is no simulator');
    return this.#simulator;
  }

  get streamer(): Streamer {
    if (this.#streamer === null) throw new TypeError('there is no streamer');
    return this.#streamer;
  }

  get lake(): Lake {
    return new Lake(openStore(`${this.folder}/lake`), { writer: 'reader' });
  }

  async startStreamer(): Promise<void> {
    const { venue, channels, config: more } = this.#options;
    const exchange = {
      symbols: [...symbols[venue]],
      channels: [...channels],
      endpoints: { rest: this.simulator.urls[venue], websocket: this.simulator.wsUrls[venue] },
    };
    const code: ConfigInput = {
      ...more,
      lake: `${this.folder}/lake`,
      state_dir: this.#options.stateFolder ?? `${this.folder}/state`,
      exchanges: { [venue]: exchange },
    };
    const { config } = loadConfig({ environment: {}, folder: this.folder, code, extensions: nativeOptions });
    const logger = createLogger({ level: 'info', stream: { write: (line) => this.lines.push(line) } });
    this.#streamer = await Streamer.open({ config, exchanges: [venue], logger, clock: this.clock });
    this.#streamer.start();
  }

  /** Lets so many seconds pass. */
  async pass(seconds: number): Promise<void> {
    for (let left = seconds * 1000; left > 0; left -= stepMs) {
      await this.clock.advance(Math.min(left, stepMs));
      await this.simulator.advance(0);
      await this.settle();
    }
    await this.streamer.recorder.flush();
  }

  /** Lets so many seconds pass, and no second before the disk had its turn: it takes its own time. */
  async passSyncing(seconds: number): Promise<void> {
    for (let left = seconds; left > 0; left -= 1) await this.pass(1);
  }

  /** Lets time pass until something holds, at most so many seconds. */
  async passUntil(condition: () => boolean, seconds: number): Promise<void> {
    for (let left = seconds; left > 0 && !condition(); left -= 1) await this.pass(1);
    if (!condition()) throw new Error(`it did not come to that within ${seconds} s`);
  }

  /** Waits until what was sent has arrived: until nothing moves for several turns of the event loop. */
  async settle(): Promise<void> {
    for (let quiet = 0, before = -1; quiet < 6; ) {
      await setImmediate();
      const messages = this.#messages();
      quiet = messages === before ? quiet + 1 : 0;
      before = messages;
    }
  }

  /** Ends the streamer cleanly; all of it is in the lake then. */
  async stop(): Promise<void> {
    const closing = this.streamer.close(60_000);
    let done = false;
    closing.then(
      () => {
        done = true;
      },
      () => {
        done = true;
      },
    );
    while (!done) {
      await this.clock.advance(50);
      await setImmediate();
    }
    if (!(await closing)) throw new Error('not all of it is in the lake');
  }

  rows(dataset: DatasetName): Promise<AnyRow[]> {
    return rowsOf(this.lake, this.venue, dataset);
  }

  /** What the lake says of the time since a moment, by dataset and symbol. */
  timelines(from: number): Promise<Timeline[]> {
    return timelinesOf(this.lake, this.venue, { from, to: this.clock.now() + 1 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop().catch(() => undefined);
    await this.simulator.close();
  }

  #messages(): number {
    let sum = 0;
    for (const { sessions } of this.streamer.exchanges) {
      for (const session of sessions.values()) sum += session.stats().messages;
    }
    return sum;
  }
}

/** All rows of a dataset, doubles included. */
export async function rowsOf(lake: Lake, exchange: string, dataset: DatasetName): Promise<AnyRow[]> {
  const rows: AnyRow[] = [];
  for await (const row of lake.scan(dataset, { exchange })) rows.push(row as AnyRow);
  return rows;
}

/** What a lake says of a stretch of time, by dataset and symbol. */
export async function timelinesOf(
  lake: Lake,
  exchange: string,
  range: { readonly from: number; readonly to: number },
): Promise<Timeline[]> {
  const rows = [];
  for await (const row of readCoverage(lake, { ...range, exchanges: [exchange] })) rows.push(row);
  return resolveCoverage(rows, range);
}
