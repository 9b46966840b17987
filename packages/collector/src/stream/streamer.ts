import { join } from 'node:path';
import { bytes, type Config, milliseconds } from '@feedlake/config';
import { Lake, openStore } from '@feedlake/lake';
import type { Logger } from '@feedlake/telemetry';
import { type Clock, type RestClientOptions, systemClock } from '@feedlake/transport';
import { NativeVenue } from '../native-venue.ts';
import { openPool, openVenue } from '../open-venue.ts';
import { type Earlier, type KnownEnd, noteEnds, takeUp } from './earlier.ts';
import { ExchangeStream } from './exchange-stream.ts';
import { endsOf, type FeedEnd } from './ledger-state.ts';
import { Recorder, type RecorderOptions } from './recorder.ts';
import { isInShard } from './shard.ts';
import type { RowListener } from './stream-context.ts';

export interface StreamerOptions extends Pick<RecorderOptions, 'store' | 'onGap' | 'onSealed'> {
  readonly config: Config;
  /** The exchanges to stream. */
  readonly exchanges: readonly string[];
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly metrics?: RestClientOptions['metrics'];
  /** Takes each row as it is recorded. */
  readonly onRow?: RowListener;
}

/** Where nothing is stored, what was stored before is of no account. */
const noEarlier: Earlier = { segments: [], ends: [], end: () => null, rows: () => [] };

/** How long an end may wait for the lake, in milliseconds: with all else it stays under ten seconds. */
const closeWaitMs = 8_000;

/**
 * Keeps the feeds of exchanges flowing into the lake.
 *
 * @example
 * const streamer = await Streamer.open({ config, exchanges: ['binance'], logger });
 * streamer.start();
 * await streamer.close();
 */
export class Streamer {
  readonly recorder: Recorder;
  readonly exchanges: readonly ExchangeStream[];
  readonly #options: StreamerOptions;
  readonly #earlier: Earlier;
  readonly #venues: readonly NativeVenue[];
  readonly #endsFile: string;
  readonly #end = new AbortController();
  #closing: Promise<boolean> | null = null;
  #noting: Promise<void> = Promise.resolve();

  /**
   * Takes up what an earlier run has left. Nothing is connected yet.
   * @throws VenueSettingsError, StoreError, or an error of the file system when the spool can't be read.
   */
  static async open(options: StreamerOptions): Promise<Streamer> {
    const { config, logger, clock = systemClock } = options;
    const { writer } = config.streamer;
    if (options.store === false) return new Streamer(options, noEarlier);
    const files = filesOf(config);
    const earlier = await takeUp({
      ...files,
      writer,
      logger,
      lake: new Lake(openStore(config.lake), { writer }),
      exchanges: streamed(options).map((id) => ({ id, venue: config.exchanges[id]?.exchange ?? id })),
      now: clock.now(),
    });
    return new Streamer(options, earlier);
  }

  private constructor(options: StreamerOptions, earlier: Earlier) {
    const { config, logger, clock = systemClock, metrics, onRow } = options;
    const { streamer } = config;
    const { folder, endsFile } = filesOf(config);
    this.#options = options;
    this.#earlier = earlier;
    this.#endsFile = endsFile;
    this.recorder = new Recorder({
      folder,
      location: config.lake,
      writer: streamer.writer,
      syncMs: milliseconds(streamer.sync_interval),
      segment: {
        bytes: bytes(streamer.segment.max_bytes),
        rows: streamer.segment.max_rows,
        ageMs: milliseconds(streamer.segment.max_age),
      },
      spoolBytes: bytes(streamer.spool_max_bytes),
      logger,
      now: () => clock.now(),
      prove: () => this.#prove(),
      ...(options.store !== undefined && { store: options.store }),
      ...(options.onGap !== undefined && { onGap: options.onGap }),
      ...(options.onSealed !== undefined && { onSealed: options.onSealed }),
      // Until the next segment has an account of its own nothing else on this machine tells where its feeds stand.
      onClosed: (ends) => this.#note(ends, 'crash'),
    });
    const venues: NativeVenue[] = [];
    this.#venues = venues;
    this.exchanges = streamed(options).flatMap((id) => {
      const settings = config.exchanges[id];
      const pool = openPool(config, id, logger);
      const hooks = { pool, clock, ...(metrics !== undefined && { metrics }) };
      const venue = openVenue(config, id, logger, this.#end.signal, hooks);
      if (!(venue instanceof NativeVenue) || settings === undefined) {
        logger.warn(
          { exchange: id },
          `${id}: streams need an adapter of feedlake's own; snapshots poll it through ccxt`,
        );
        return [];
      }
      venues.push(venue);
      return new ExchangeStream({
        venue,
        settings,
        pool,
        clock,
        logger,
        onRow,
        recorder: this.recorder,
        isOwn: (symbol) => isInShard(id, symbol, streamer.shard),
        keepsRaw: (exchange) =>
          typeof streamer.raw === 'boolean' ? streamer.raw : streamer.raw.some((name) => name === exchange),
        earlierEnd: (key) => earlier.end(key),
        earlierRows: (exchange, dataset, symbol) => earlier.rows(exchange, dataset, symbol),
      });
    });
  }

  /** Begins. */
  start(): void {
    for (const path of this.#earlier.segments) this.recorder.adopt(path);
    this.recorder.start();
    for (const exchange of this.exchanges) exchange.start();
  }

  /**
   * Ends: takes no new data, and brings what was received into the lake.
   * @param waitMs how long to wait for the lake. Default 8 s.
   * @returns whether all of it is there; what is not stays on disk for the next start.
   */
  close(waitMs = closeWaitMs): Promise<boolean> {
    this.#closing ??= this.#close(waitMs);
    return this.#closing;
  }

  /** Where the feeds that are still wanted ended before this run, of exchanges that it has not reached. */
  #owedEnds(): KnownEnd[] {
    const { exchanges } = this.#options.config;
    const listed = new Set(this.exchanges.flatMap(({ id, instruments }) => (instruments === null ? [] : id)));
    const wanted = new Set(streamed(this.#options).filter((id) => !listed.has(id)));
    return this.#earlier.ends.filter(
      ({ exchange, dataset }) =>
        wanted.has(exchange) && exchanges[exchange]?.channels.some((channel) => channel === dataset) === true,
    );
  }

  async #close(waitMs: number): Promise<boolean> {
    await Promise.all(this.exchanges.map((exchange) => exchange.close()));
    const complete = await this.recorder.close(waitMs);
    const { logger, store } = this.#options;
    // What could not be kept is not told either: the next run goes by what was noted before.
    if (store !== false && this.recorder.shedding.diskFault === null)
      void this.#note(endsOf(this.recorder.ledger), 'shutdown');
    await this.#noting;
    this.#end.abort(new Error('the streamer was ended'));
    await Promise.all(this.#venues.map((venue) => venue.close()));
    if (!complete) logger.warn({}, 'not all of it is in the lake: the rest is on disk and follows at the next start');
    return complete;
  }

  /** Notes where feeds stand, one word after the other. */
  #note(ends: readonly FeedEnd[], cause: 'crash' | 'shutdown'): Promise<void> {
    this.#noting = this.#noting
      .then(() => noteEnds(this.#endsFile, ends, cause, this.#owedEnds()))
      .catch((error) =>
        this.#options.logger.error(
          { error },
          "where the feeds stand can't be noted: the next start goes by what it finds otherwise",
        ),
      );
    return this.#noting;
  }

  /** Quiet feeds are as whole as what else their connection brought shows. */
  #prove(): void {
    for (const exchange of this.exchanges) exchange.prove();
  }
}

function streamed({ config, exchanges }: StreamerOptions): string[] {
  return exchanges.filter((id) => (config.exchanges[id]?.channels.length ?? 0) > 0);
}

function filesOf({ state_dir }: Config): { readonly folder: string; readonly endsFile: string } {
  return { folder: join(state_dir, 'spool'), endsFile: join(state_dir, 'streams.json') };
}
