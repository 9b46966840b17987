import { hostname } from 'node:os';
import { type Failure, openVenue, type Venue, VenueSettingsError } from '@feedlake/collector';
import { type Config, type Flag, type LoadedConfig, loadConfig, nearest } from '@feedlake/config';
import { ccxtIds, nativeAdapters, nativeOptions } from '@feedlake/exchanges';
import { Lake, openStore } from '@feedlake/lake';
import { createLogger, type Logger } from '@feedlake/telemetry';
import { UsageError } from './exit.ts';
import type { Streams } from './streams.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly config?: string;
  readonly lake?: string;
  readonly logLevel?: string;
  readonly quiet?: boolean;
}

/** Every exchange that can be collected. */
const known = [...new Set([...Object.keys(nativeAdapters), ...ccxtIds])];

/** What a command works with: settings, streams, a logger, the signal of Ctrl-C, and what it opened. */
export class Context {
  readonly logger: Logger;
  readonly streams: Streams;
  readonly signal: AbortSignal;
  readonly quiet: boolean;
  readonly #load: (more: readonly Flag[]) => LoadedConfig;
  #loaded: LoadedConfig;
  readonly #more: Flag[] = [];
  readonly #venues: Venue[] = [];

  /**
   * @param fixed Settings to go by instead of file and environment.
   * @throws ConfigError when the settings are wrong.
   */
  constructor(options: GlobalOptions, streams: Streams, signal: AbortSignal, fixed: readonly Flag[] | null = null) {
    const flags: Flag[] = [...(fixed ?? [])];
    if (options.lake !== undefined) flags.push({ name: '--lake', path: 'lake', value: options.lake });
    if (options.logLevel !== undefined) flags.push({ name: '--log-level', path: 'log.level', value: options.logLevel });
    const sources = fixed === null ? { file: options.config } : { folder: import.meta.dirname, environment: {} };
    this.#load = (named) =>
      loadConfig({ ...sources, flags: [...flags, ...named], extensions: nativeOptions, venues: known });
    this.#loaded = this.#load([]);
    this.quiet = options.quiet === true;
    this.streams = streams;
    this.signal = signal;
    const { level, format } = this.config.log;
    const isPerson = streams.stderr.isTTY === true;
    this.logger = createLogger({
      level: this.loaded.origin('log.level') === 'default' ? 'warn' : level,
      format: format === 'auto' ? (isPerson ? 'text' : 'json') : format,
      stream: streams.stderr,
    });
  }

  /** Sets settings as flags of the command line do. */
  set(flags: readonly Flag[]): void {
    this.#more.push(...flags);
    this.#loaded = this.#load(this.#more);
  }

  /** The settings, with where each came from. */
  get loaded(): LoadedConfig {
    return this.#loaded;
  }

  get config(): Config {
    return this.loaded.config;
  }

  /**
   * The exchanges to work on: those named on the command line, else all that are enabled. One that is named there need
   * not be in the settings: it is taken as if it stood there without any of its own.
   * @throws UsageError when there is no exchange of a name, or none is left.
   */
  exchanges(named: readonly string[] | undefined): string[] {
    const configured = Object.keys(this.config.exchanges);
    const others = (named ?? []).filter((id) => !configured.includes(id));
    for (const id of others) {
      if (known.includes(id)) continue;
      const near = nearest(id, [...configured, ...known]);
      const hint = near === null ? `there are ${configured.join(', ')}, and those of ccxt` : `did you mean ${near}?`;
      throw new UsageError(`--exchange ${id}: no such exchange; ${hint}`);
    }
    if (others.length > 0) {
      this.set(others.map((id) => ({ name: '--exchange', path: `exchanges.${id}.enabled`, value: 'true' })));
    }
    const ids =
      named !== undefined ? [...new Set(named)] : configured.filter((id) => this.config.exchanges[id]?.enabled);
    if (ids.length === 0) {
      throw new UsageError(
        named === undefined ? 'every exchange is disabled in the settings' : '--exchange names none',
      );
    }
    return ids;
  }

  /**
   * Opens exchanges; they are closed with the context. One that can't be opened is a failure among the others, unless
   * it was named on the command line.
   * @throws UsageError, VenueSettingsError when a name can't be used.
   */
  venues(named: readonly string[] | undefined): { venues: Venue[]; failures: Failure[] } {
    const venues: Venue[] = [];
    const failures: Failure[] = [];
    for (const id of this.exchanges(named)) {
      try {
        venues.push(openVenue(this.config, id, this.logger, this.signal));
      } catch (error) {
        if (named !== undefined || !(error instanceof VenueSettingsError)) throw error;
        failures.push({ exchange: id, symbol: null, message: error.message, kind: 'settings' });
      }
    }
    this.#venues.push(...venues);
    return { venues, failures };
  }

  /** Opens the lake of the settings. */
  lake(): Lake {
    return new Lake(openStore(this.config.lake), { writer: `cli ${hostname()} ${process.pid}` });
  }

  /** Writes a line for people to standard error, unless `--quiet`. */
  say(text: string): void {
    if (!this.quiet) this.complain(text);
  }

  /** Writes a line that `--quiet` does not silence: what did not come, and why. */
  complain(text: string): void {
    const wipe = this.streams.stderr.isTTY ? '\r\x1b[2K' : '';
    this.streams.stderr.write(`${wipe}${text}\n`);
  }

  async close(): Promise<void> {
    await Promise.all(this.#venues.map((venue) => venue.close()));
  }
}
