import { isDeepStrictEqual } from 'node:util';
import type { ExchangeConfig } from '@feedlake/config';
import type { StreamedInstrument, StreamTopic } from '@feedlake/exchanges';
import { type ProxyPool, type SessionEvent, VenueError, WebSocketSession } from '@feedlake/transport';
import { gapCause } from '../gap-cause.ts';
import type { NativeVenue } from '../native-venue.ts';
import { select } from '../selection.ts';
import { BookKeeper } from './book-keeper.ts';
import { FeedSet } from './feed-set.ts';
import { Poller } from './poller.ts';
import { candleSeconds, sessionSettings, withSilence } from './session-settings.ts';
import type { StreamContext } from './stream-context.ts';

export interface ExchangeStreamOptions extends StreamContext {
  readonly venue: NativeVenue;
  readonly settings: ExchangeConfig;
  readonly pool: ProxyPool;
  /** Which of the instruments this process takes. */
  readonly isOwn: (symbol: string) => boolean;
}

/** Before the instruments are asked for again when that failed, in milliseconds: doubles with each failure. */
const firstWaitMs = 2_000;
const longestWaitMs = 60_000;
/** How often it is looked for new instruments, in milliseconds. */
const relistMs = 3_600_000;

/** Keeps the feeds of one exchange flowing into a recorder. */
export class ExchangeStream {
  readonly id: string;
  readonly feeds: FeedSet;
  readonly #options: ExchangeStreamOptions;
  readonly #end = new AbortController();
  readonly #sessions = new Map<string, WebSocketSession>();
  readonly #books: BookKeeper;
  readonly #poller: Poller;
  #instruments: readonly StreamedInstrument[] = [];
  #isListed = false;
  #isOfOthers = false;
  #running: Promise<void> | null = null;

  constructor(options: ExchangeStreamOptions) {
    const { venue, clock, logger } = options;
    this.id = venue.id;
    this.#options = options;
    const { signal } = this.#end;
    this.#books = new BookKeeper({
      venue,
      clock,
      logger,
      signal,
      resubscribe: (venueSymbol) => this.#resubscribeBook(venueSymbol),
      onReply: (path, reply, source) => this.feeds.capture(`rest:${path}`, reply.text, reply.received, source),
    });
    this.feeds = new FeedSet({
      ...options,
      onBookLost: (intake, instrument) => this.#books.restore(intake, instrument),
      onStateLost: (topic) => this.#sessions.get(topic.route)?.resubscribe([topic.topic]),
    });
    this.#poller = new Poller({ ...options, feeds: this.feeds, signal });
  }

  /** The sessions by route. */
  get sessions(): ReadonlyMap<string, WebSocketSession> {
    return this.#sessions;
  }

  /** What it streams; null until the instruments are listed. */
  get instruments(): readonly StreamedInstrument[] | null {
    return this.#isListed ? this.#instruments : null;
  }

  /** Whether all that is wanted of it belongs to other shards, so that there is nothing to stream here. */
  get isOfOthers(): boolean {
    return this.#isOfOthers;
  }

  /** Whether feeds are polled, as no WebSocket can be had. */
  get polls(): boolean {
    return this.#poller.active;
  }

  /** Brings the ledger up to what the connections prove, and know of what is missing. */
  prove(): void {
    for (const session of this.#sessions.values()) {
      for (const [topic, until] of session.proven()) if (!this.#poller.polls(topic)) this.feeds.proved(topic, until);
      for (const [topic, { missing }] of Object.entries(session.stats().topics)) {
        if (missing !== null) this.feeds.explained(topic, missing);
      }
    }
  }

  /** Begins; the instruments are listed first. */
  start(): void {
    this.#running ??= this.#run().catch((error: unknown) => {
      if (!this.#end.signal.aborted) throw error;
    });
  }

  /** Ends all connections. What was received is recorded by then. */
  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => session.close()));
    this.#end.abort(new Error(`${this.id}: the streams were ended`));
    await this.#running;
    await this.#poller.close();
  }

  async #run(): Promise<void> {
    const { clock, settings } = this.#options;
    const { signal } = this.#end;
    const owedFrom = clock.now();
    this.#update(await this.#list(), owedFrom);
    if (settings.rest_only) this.#poller.start({ cause: 'rest_only', why: 'rest_only is set' });
    while (settings.symbols === 'all') {
      await clock.delay(relistMs, signal);
      this.#update(await this.#list(), clock.now());
    }
  }

  /** The instruments that are wanted here, however long it takes to get them. */
  async #list(): Promise<readonly StreamedInstrument[]> {
    const { venue, settings, isOwn, logger, clock } = this.#options;
    const { signal } = this.#end;
    for (let failures = 0; ; failures += 1) {
      try {
        const selected = await select(venue, settings.symbols, signal);
        for (const { message } of selected.failures) logger.error({ exchange: this.id }, `${this.id}: ${message}`);
        for (const notice of selected.notices) logger.warn({ exchange: this.id }, notice);
        const own = selected.instruments.filter(({ symbol }) => isOwn(symbol));
        this.#isOfOthers = own.length === 0 && selected.instruments.length > 0;
        return own;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof VenueError)) throw error;
        const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** failures);
        logger.error(
          { exchange: this.id, error },
          `${this.id}: the instruments can't be listed, trying again in ${waitMs} ms: ${error.fault.message}`,
        );
        // What is listed once goes on flowing, whether or not there are newer instruments.
        if (!this.#isListed) this.feeds.unlisted(gapCause(error.kind), this.#options.settings.channels);
        await clock.delay(waitMs, signal);
      }
    }
  }

  /** Begins feeds of instruments that are new, and ends those of instruments that are gone. */
  #update(instruments: readonly StreamedInstrument[], owedFrom: number): void {
    const names = (list: readonly StreamedInstrument[]) => list.map(({ venue_symbol }) => venue_symbol).sort();
    this.#isListed = true;
    if (this.#instruments.length > 0 && isDeepStrictEqual(names(instruments), names(this.#instruments))) return;
    this.#instruments = instruments;
    const topics = this.#topics(instruments);
    const { added, removed } = this.feeds.set(topics, instruments, owedFrom);
    this.#poller.update();
    if (this.#options.settings.rest_only) return;
    for (const route of new Set(added.map((topic) => topic.route))) {
      this.#session(route).add(added.filter((topic) => topic.route === route));
    }
    for (const route of new Set(removed.map((topic) => topic.route))) {
      const gone = removed.filter((topic) => topic.route === route).map(({ topic }) => topic);
      this.#sessions.get(route)?.remove(gone);
    }
    for (const session of this.#sessions.values()) session.start();
  }

  #topics(instruments: readonly StreamedInstrument[]): StreamTopic[] {
    const { venue, settings, logger } = this.#options;
    const options = { candleSeconds: candleSeconds(settings), options: settings.options };
    return settings.channels.flatMap((dataset) => {
      const topics = venue.adapter.streams.topics(dataset, instruments, options);
      if (!('notOffered' in topics)) return topics.map((topic) => withSilence(topic, settings));
      logger.warn({ exchange: this.id, dataset }, `${this.id}: no stream of ${dataset}: ${topics.notOffered}`);
      return [];
    });
  }

  #session(route: string): WebSocketSession {
    const known = this.#sessions.get(route);
    if (known !== undefined) return known;
    const { venue, pool, logger, clock, settings } = this.#options;
    const rules = venue.adapter.streams.routes[route];
    if (rules === undefined) throw new RangeError(`${this.id}: there is no route ${route}`);
    const session = new WebSocketSession({
      exchange: this.id,
      rules,
      pool,
      logger,
      clock,
      ...sessionSettings(settings),
      onMessage: (data, received, connection, topic) => this.feeds.message(topic, data, received, connection),
      onEvent: (event) => this.#event(route, event),
    });
    this.#sessions.set(route, session);
    return session;
  }

  #event(route: string, event: SessionEvent): void {
    switch (event.kind) {
      case 'connected':
        this.feeds.connected(event.connection, event.simulated);
        this.#poller.connected(route);
        break;
      case 'disconnected':
        this.feeds.disconnected(event.connection);
        break;
      case 'interrupted':
        for (const { topic, from } of event.topics) {
          if (!this.#poller.polls(topic)) this.feeds.interrupted(topic, from, event.cause);
        }
        if (event.cause !== 'shutdown') this.#poller.update();
        break;
      case 'resumed':
        if (!this.#poller.resumed(event.topic, event.to)) {
          this.feeds.resumed(event.topic, event.from, event.to, event.cause);
        }
        break;
      case 'refused':
        for (const topic of event.topics) this.feeds.refused(topic);
        break;
      case 'malformed':
        this.feeds.malformed(route, event.at);
        break;
      case 'unavailable':
        this.#poller.start({ cause: gapCause(event.fault.kind), why: event.fault.message }, route);
        break;
    }
  }

  #resubscribeBook(venueSymbol: string): void {
    const topic = this.feeds.bookTopic(venueSymbol);
    if (topic !== null) this.#sessions.get(topic.route)?.resubscribe([topic.topic]);
  }
}
