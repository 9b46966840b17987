import type { ExchangeConfig } from '@feedlake/config';
import type { Poll, PollQuery, StreamedDataset } from '@feedlake/exchanges';
import type { AnyRow, DatasetName } from '@feedlake/schema';
import { VenueError } from '@feedlake/transport';
import { mapConcurrently } from '../concurrency.ts';
import { gapCause } from '../gap-cause.ts';
import type { NativeVenue } from '../native-venue.ts';
import { RowBuffer } from '../row-buffer.ts';
import type { Feed } from './feed.ts';
import type { FeedSet } from './feed-set.ts';
import type { LedgerEntry } from './ledger-entry.ts';
import { PollReply } from './poll-reply.ts';
import { PolledFeed, restPart, type Seam } from './polled-feed.ts';
import { candleSeconds } from './session-settings.ts';
import type { StreamContext } from './stream-context.ts';

export interface PollerOptions extends Pick<StreamContext, 'recorder' | 'clock' | 'logger'> {
  readonly venue: NativeVenue;
  readonly settings: ExchangeConfig;
  readonly feeds: FeedSet;
  readonly signal: AbortSignal;
}

/** Why feeds can't be streamed. */
export interface Hindrance {
  /** As gaps in the lake have it. */
  readonly cause: string;
  /** In plain words. */
  readonly why: string;
}

/** Polls of one dataset under way at once; the client bounds the requests. */
const pollsAtOnce = 16;
/** How often what lies between the last poll and the stream is asked for, where that fails. */
const mostBridgings = 3;
/** Stands for all routes. */
const everywhere = '*';

/** Polls over REST what no WebSocket brings, until one does. */
export class Poller {
  readonly #options: PollerOptions;
  /** What keeps feeds from being streamed, by route. */
  readonly #hindrances = new Map<string, Hindrance>();
  readonly #polled = new Map<LedgerEntry, PolledFeed>();
  /** The same by the topics whose place they take. */
  readonly #byTopic = new Map<string, PolledFeed>();
  readonly #loops = new Map<StreamedDataset, Promise<void>>();
  readonly #bridgings = new Set<Promise<void>>();
  /** Datasets of which it was said that they can't be streamed. */
  readonly #told = new Set<StreamedDataset>();
  /** Datasets of which it was said that some of their rows were turned down. */
  readonly #rejected = new Set<DatasetName>();

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  /** Whether anything is polled. */
  get active(): boolean {
    return this.#polled.size > 0;
  }

  /** Whether a topic is polled. */
  polls(topic: string): boolean {
    return this.#byTopic.has(topic);
  }

  /** No WebSocket can be had from here on for the feeds of a route (null = of all). */
  start(hindrance: Hindrance, route: string | null = null): void {
    this.#hindrances.set(route ?? everywhere, hindrance);
    this.update();
  }

  /** A WebSocket of a route can be had. What is polled remains so until it is streamed. */
  connected(route: string): void {
    this.#hindrances.delete(route);
  }

  /** Takes up feeds that nothing brings any more or not yet, and lets go of those that are no more. */
  update(): void {
    const { feeds, recorder, clock, signal } = this.#options;
    if (signal.aborted || this.#hindrances.size + this.#byTopic.size === 0) return;
    for (const [topic, polled] of this.#byTopic) {
      if (feeds.get(topic) !== null) continue;
      this.#drop(topic, polled);
      if (polled.topics.size === 0) recorder.ledger.dismissed(polled.entry, restPart, clock.now());
    }
    for (const feed of feeds.all) {
      const { route, topic } = feed.topic;
      const hindrance = this.#hindrances.get(route) ?? this.#hindrances.get(everywhere);
      // Connections from before may still bring what no new one would.
      const isMissing = feed.entry.gaps.has(topic) && !this.polls(topic);
      if (hindrance !== undefined && isMissing) this.#take(feed, hindrance);
    }
  }

  /**
   * A topic is streamed again, from a time on (µs).
   * @returns whether it was polled until now.
   */
  resumed(topic: string, to: number): boolean {
    const { feeds, venue } = this.#options;
    const feed = feeds.get(topic);
    if (feed === null) return false;
    const { dataset } = feed.topic;
    const polled = this.#byTopic.get(topic);
    if (polled !== undefined) this.#drop(topic, polled);
    this.#tellStreamed(dataset);
    if (polled === undefined || polled.topics.size > 0) return polled !== undefined;
    const seam = polled.handOver(to);
    const poll = venue.adapter.streams.polls[dataset];
    if (seam === null || poll === undefined) return true;
    const bridging = this.#bridge(poll, polled, seam).finally(() => this.#bridgings.delete(bridging));
    this.#bridgings.add(bridging);
    return true;
  }

  /** Ends; the streams' signal was aborted before. */
  async close(): Promise<void> {
    await Promise.all([...this.#loops.values(), ...this.#bridgings]);
    for (const polled of this.#polled.values()) polled.ended('shutdown');
    this.#polled.clear();
    this.#byTopic.clear();
  }

  #drop(topic: string, polled: PolledFeed): void {
    this.#byTopic.delete(topic);
    polled.topics.delete(topic);
    if (polled.topics.size === 0) this.#polled.delete(polled.entry);
  }

  #take(feed: Feed, hindrance: Hindrance): void {
    const { feeds, venue, recorder, settings } = this.#options;
    const { entry } = feed;
    const { topic, dataset } = feed.topic;
    const { polls, tradeIdsAreConsecutive } = venue.adapter.streams;
    const poll = polls[dataset];
    const intake = feeds.intake(dataset, entry.key.venueSymbol ?? '');
    this.#tell(dataset, hindrance, poll);
    if (poll === undefined || intake === null) {
      feed.explained(hindrance.cause);
      return;
    }
    const polled =
      this.#polled.get(entry) ??
      new PolledFeed(intake, {
        ledger: recorder.ledger,
        candleSeconds: candleSeconds(settings),
        tradeIdsAreConsecutive,
        allTopics: () => [...feeds.all].filter((one) => one.entry === entry).map((one) => one.topic.topic),
      });
    polled.topics.add(topic);
    this.#polled.set(entry, polled);
    this.#byTopic.set(topic, polled);
    if (!this.#loops.has(dataset)) this.#loops.set(dataset, this.#loop(dataset, poll));
  }

  /** Says once what becomes of a dataset that can't be streamed. */
  #tell(dataset: StreamedDataset, { why, cause }: Hindrance, poll: Poll | undefined): void {
    const { venue, logger } = this.#options;
    if (this.#told.has(dataset)) return;
    this.#told.add(dataset);
    const instead =
      poll === undefined
        ? 'there is nothing to poll in its place, so it is missing'
        : `polled over REST every ${poll.everyMs / 1000} s instead`;
    logger.warn({ exchange: venue.id, dataset, cause }, `${venue.id}: no stream of ${dataset} (${why}): ${instead}`);
  }

  /** Says once that a dataset is streamed again, all of it. */
  #tellStreamed(dataset: StreamedDataset): void {
    const { venue, logger } = this.#options;
    if (this.#due(dataset).length > 0 || !this.#told.delete(dataset)) return;
    logger.info({ exchange: venue.id, dataset }, `${venue.id}: ${dataset} can be streamed again`);
  }

  async #loop(dataset: StreamedDataset, poll: Poll): Promise<void> {
    const { clock, signal, logger, venue } = this.#options;
    // Feeds that are taken up together are polled together.
    await Promise.resolve();
    try {
      for (let due = this.#due(dataset); due.length > 0; due = this.#due(dataset)) {
        const next = clock.now() + poll.everyMs * 1000;
        if (poll.bulk) await this.#poll(poll, due);
        else await mapConcurrently(due, pollsAtOnce, (polled) => this.#poll(poll, [polled]));
        await clock.delay(Math.max(0, (next - clock.now()) / 1000), signal);
      }
    } catch (error) {
      if (!signal.aborted) logger.error({ exchange: venue.id, error }, `${venue.id}: polling ${dataset} has ended`);
    }
    this.#loops.delete(dataset);
  }

  #due(dataset: StreamedDataset): PolledFeed[] {
    if (this.#options.signal.aborted) return [];
    return [...this.#polled.values()].filter(({ entry }) => entry.key.dataset === dataset);
  }

  /** One poll, for one feed or, where it brings all instruments, for several. @throws the streams' end. */
  async #poll(poll: Poll, asked: readonly PolledFeed[]): Promise<void> {
    const { clock } = this.#options;
    const [first] = asked;
    if (first === undefined) return;
    const { dataset } = first.entry.key;
    const reply = await this.#ask(poll, dataset, asked, first.query(clock.now()));
    for (const polled of asked) {
      // The stream may have come back meanwhile.
      if (this.#polled.get(polled.entry) !== polled) continue;
      if (typeof reply === 'string') polled.failed(reply);
      else this.#keep(polled, () => polled.took(this.#rowsOf(reply, polled), clock.now()));
    }
  }

  /** Asks for what lies between the last poll and the stream. */
  async #bridge(poll: Poll, polled: PolledFeed, seam: Seam): Promise<void> {
    const { clock, signal } = this.#options;
    const { dataset } = polled.entry.key;
    try {
      for (let tries = 0; tries < mostBridgings; tries += 1) {
        const reply = await this.#ask(poll, dataset, [polled], polled.query(clock.now(), seam));
        if (typeof reply !== 'string') {
          this.#keep(polled, () => polled.bridged(this.#rowsOf(reply, polled), seam, clock.now()));
          return;
        }
        await clock.delay(poll.everyMs, signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** The reply to a poll, or why there is none, as the cause of a gap. @throws the streams' end. */
  async #ask(
    poll: Poll,
    dataset: DatasetName,
    asked: readonly PolledFeed[],
    query: Omit<PollQuery, 'options'>,
  ): Promise<PollReply | string> {
    const { venue, signal, settings, recorder } = this.#options;
    const buffer = new RowBuffer();
    const options = { candleSeconds: candleSeconds(settings), options: settings.options };
    try {
      await venue.run(poll.pages({ ...query, options }), buffer, signal);
    } catch (error) {
      signal.throwIfAborted();
      const cause = gapCause(error instanceof VenueError ? error.kind : 'internal');
      this.#tellFailure(dataset, cause, error);
      return cause;
    }
    signal.throwIfAborted();
    this.#reject(dataset, asked, buffer);
    const shed = recorder.shedding.causeFor(dataset);
    return shed ?? new PollReply(buffer, dataset, venue.adapter.streams.tradeIdsAreConsecutive);
  }

  #rowsOf(reply: PollReply, { entry }: PolledFeed): readonly AnyRow[] {
    return reply.of(entry.key.venueSymbol, this.#options.feeds.isWanted);
  }

  /** Does what keeps rows; one that can't be kept is a gap. */
  #keep(polled: PolledFeed, keep: () => void): void {
    try {
      keep();
    } catch (error) {
      this.#tellFailure(polled.entry.key.dataset, 'internal', error);
      polled.failed('internal');
    }
  }

  #tellFailure(dataset: DatasetName, cause: string, error: unknown): void {
    const { logger, venue } = this.#options;
    const isKnown = [...this.#polled.values()].some(
      ({ entry, isFailing }) => isFailing && entry.key.dataset === dataset,
    );
    const log = isKnown ? logger.debug : logger.warn;
    const message = error instanceof Error ? error.message : String(error);
    log({ exchange: venue.id, dataset, cause, error }, `${venue.id}: a poll of ${dataset} failed: ${message}`);
  }

  /** Says what is no row of those asked for. */
  #reject(dataset: DatasetName, asked: readonly PolledFeed[], buffer: RowBuffer): void {
    const { logger, venue } = this.#options;
    const names = asked.flatMap(({ entry }) => entry.key.venueSymbol ?? []);
    for (const { reason } of buffer.rejectionsOf(dataset, names.length === 0 ? null : new Set(names))) {
      const log = this.#rejected.has(dataset) ? logger.debug : logger.warn;
      this.#rejected.add(dataset);
      log({ exchange: venue.id, dataset }, `${venue.id}: a poll of ${dataset}: ${reason}`);
    }
  }
}
