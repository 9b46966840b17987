import type { ExchangeConfig } from '@feedlake/config';
import type { Poll, StreamedDataset } from '@feedlake/exchanges';
import { VenueError } from '@feedlake/transport';
import { mapConcurrently } from '../concurrency.ts';
import { gapCause } from '../gap-cause.ts';
import type { NativeVenue } from '../native-venue.ts';
import { RowBuffer } from '../row-buffer.ts';
import { BookIntake } from './book-intake.ts';
import type { Feed } from './feed.ts';
import type { FeedSet } from './feed-set.ts';
import type { LedgerEntry } from './ledger-entry.ts';
import { grouped } from './message-rows.ts';
import { candleSeconds } from './session-settings.ts';
import type { StreamContext } from './stream-context.ts';
import { TradeIntake } from './trade-intake.ts';

export interface PollerOptions extends Pick<StreamContext, 'recorder' | 'clock' | 'logger'> {
  readonly venue: NativeVenue;
  readonly settings: ExchangeConfig;
  readonly feeds: FeedSet;
  readonly signal: AbortSignal;
}

/** Polls of one dataset under way at once; the client bounds the requests. */
const pollsAtOnce = 16;

/** Polls over REST what no WebSocket brings, until one does. */
export class Poller {
  readonly #options: PollerOptions;
  /** Topics that are polled. */
  readonly #polled = new Set<string>();
  readonly #loops = new Map<StreamedDataset, Promise<void>>();
  readonly #lastPoll = new Map<LedgerEntry, number>();

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  get active(): boolean {
    return this.#polled.size > 0;
  }

  /**
   * Begins to poll the feeds of a route, or all of them.
   * @param cause why they can't be streamed
   */
  start(cause: string, route: string | null = null): void {
    const { feeds, venue, logger } = this.#options;
    const { polls } = venue.adapter.streams;
    const own = [...feeds.all].filter(({ topic }) => route === null || topic.route === route);
    const fresh = own.filter(({ topic }) => !this.#polled.has(topic.topic));
    for (const dataset of new Set(fresh.map(({ topic }) => topic.dataset))) {
      const poll = polls[dataset];
      const how =
        poll === undefined ? 'it can only be streamed, so it is missing' : `it is polled every ${poll.everyMs} ms`;
      logger.warn({ exchange: venue.id, dataset, cause }, `${venue.id}: no stream of ${dataset} (${cause}): ${how}`);
      if (poll === undefined) continue;
      for (const { topic } of fresh) if (topic.dataset === dataset) this.#polled.add(topic.topic);
      this.#loops.set(dataset, this.#loops.get(dataset) ?? this.#loop(dataset, poll));
    }
  }

  /** A topic is streamed again. */
  resumed(topic: string): void {
    if (!this.#polled.delete(topic)) return;
    const { feeds, recorder, clock, venue, logger } = this.#options;
    const feed = [...feeds.all].find((one) => one.topic.topic === topic);
    if (feed === undefined) return;
    recorder.ledger.turn(feed.entry, 'stream');
    recorder.ledger.resumed(feed.entry, 'poll', clock.now());
    logger.debug({ exchange: venue.id, topic }, `${venue.id}: ${topic} is streamed again`);
  }

  async close(): Promise<void> {
    this.#polled.clear();
    await Promise.all(this.#loops.values());
  }

  async #loop(dataset: StreamedDataset, poll: Poll): Promise<void> {
    const { clock, signal, logger, venue } = this.#options;
    try {
      for (let due = this.#due(dataset); due.length > 0; due = this.#due(dataset)) {
        const next = clock.now() + poll.everyMs * 1000;
        if (poll.bulk) await this.#poll(poll, due);
        else await mapConcurrently(due, pollsAtOnce, (feed) => this.#poll(poll, [feed]));
        await clock.delay((next - clock.now()) / 1000, signal);
      }
    } catch (error) {
      if (!signal.aborted) logger.error({ error }, `${venue.id}: polling ${dataset} ended`);
    } finally {
      this.#loops.delete(dataset);
    }
  }

  #due(dataset: StreamedDataset): Feed[] {
    if (this.#options.signal.aborted) return [];
    const due = [...this.#options.feeds.all].filter(
      ({ topic }) => topic.dataset === dataset && this.#polled.has(topic.topic),
    );
    // Several topics may bring one entry, which is polled once.
    return [...new Map(due.map((feed) => [feed.entry, feed])).values()];
  }

  async #poll(poll: Poll, polled: readonly Feed[]): Promise<void> {
    const { venue, clock, signal, settings, feeds } = this.#options;
    const [{ entry } = { entry: null }] = polled;
    if (entry === null) return;
    const symbol = entry.key.venueSymbol ?? '';
    const intake = feeds.intake(entry.key.dataset, symbol);
    const buffer = new RowBuffer();
    try {
      const pages = poll.pages({
        symbol,
        lastTradeId: intake instanceof TradeIntake ? intake.lastId : null,
        since: this.#lastPoll.get(entry) ?? clock.now(),
        now: clock.now(),
        options: { candleSeconds: candleSeconds(settings), options: settings.options },
      });
      await venue.run(pages, buffer, signal);
    } catch (error) {
      signal.throwIfAborted();
      const cause = error instanceof VenueError ? gapCause(error.kind) : 'upstream_error';
      for (const feed of polled) this.#failed(feed, cause);
      return;
    }
    if (signal.aborted) return;
    for (const feed of polled) this.#took(feed, poll, buffer);
  }

  #failed({ entry, topic }: Feed, cause: string): void {
    if (this.#polled.has(topic.topic)) this.#options.recorder.ledger.interrupted(entry, 'poll', entry.until, cause);
  }

  #took({ entry, topic }: Feed, poll: Poll, buffer: RowBuffer): void {
    const { recorder, feeds, clock } = this.#options;
    const { ledger } = recorder;
    if (!this.#polled.has(topic.topic) || recorder.shedding.causeFor(entry.key.dataset) !== null) return;
    const now = clock.now();
    const before = this.#lastPoll.get(entry);
    this.#lastPoll.set(entry, now);
    ledger.turn(entry, 'poll');
    const { gaps } = entry;
    for (const part of [...gaps.keys()]) ledger.resumed(entry, part, now);
    for (const { dataset, venueSymbol, rows } of grouped(buffer)) {
      if (dataset !== entry.key.dataset) continue;
      const intake = feeds.intake(dataset, entry.key.venueSymbol === null ? '' : venueSymbol);
      if (intake === null || (entry.key.venueSymbol !== null && intake.entry !== entry)) continue;
      if (intake instanceof BookIntake) intake.polled(rows, now);
      else {
        const fresh = intake.rows(rows, now);
        // All of them are new: those between the polls may have been more than a reply holds.
        const mayLack =
          dataset === 'trades' && !poll.resumes && before !== undefined && fresh > 0 && fresh === rows.length;
        if (mayLack) ledger.hole(entry, 'poll', before, now, 'polling', { first: null, last: null });
      }
    }
    entry.until = now;
  }
}
