import type { StreamedInstrument, StreamTopic } from '@feedlake/exchanges';
import type { AnyRow, DatasetName, datasets } from '@feedlake/schema';
import type { NativeVenue } from '../native-venue.ts';
import { type BookIntake, bookPart } from './book-intake.ts';
import { Feed } from './feed.ts';
import type { Intake } from './intake.ts';
import type { LedgerEntry } from './ledger-entry.ts';
import { makeIntake } from './make-intake.ts';
import type { StreamContext } from './stream-context.ts';

export interface FeedSetOptions extends StreamContext {
  readonly venue: NativeVenue;
  readonly onBookLost: (intake: BookIntake, instrument: StreamedInstrument) => void;
  /** A feed that tells changes alone has lost its state. */
  readonly onStateLost: (topic: StreamTopic) => void;
}

/** The feeds of one exchange: what comes of them goes to the recorder, what happens to them into the ledger. */
export class FeedSet {
  readonly #options: FeedSetOptions;
  readonly #feeds = new Map<string, Feed>();
  /** By dataset and the venue's own name; topics that bring the same share it. */
  readonly #intakes = new Map<string, Intake>();
  readonly #sources = new Map<string, 'live' | 'simulated'>();
  readonly #unlisted = new Map<DatasetName, LedgerEntry>();
  #wanted: ReadonlySet<string> = new Set();

  constructor(options: FeedSetOptions) {
    this.#options = options;
  }

  /** Whether an instrument is wanted, by the venue's own name. */
  readonly isWanted = (venueSymbol: string): boolean => this.#wanted.has(venueSymbol);

  get all(): IterableIterator<Feed> {
    return this.#feeds.values();
  }

  /** The feed of a topic; null = there is none. */
  get(topic: string): Feed | null {
    return this.#feeds.get(topic) ?? null;
  }

  /** The topics to have from now on. Those that are new are owed from a time on (µs). */
  set(
    topics: readonly StreamTopic[],
    instruments: readonly StreamedInstrument[],
    owedFrom: number,
  ): { readonly added: readonly StreamTopic[]; readonly removed: readonly StreamTopic[] } {
    const { recorder, clock } = this.#options;
    this.#wanted = new Set(instruments.map(({ venue_symbol }) => venue_symbol));
    for (const [dataset, entry] of this.#unlisted) recorder.ledger.dismissed(entry, dataset, clock.now());
    this.#unlisted.clear();
    const names = new Set(topics.map(({ topic }) => topic));
    const removed = [...this.#feeds.values()].map(({ topic }) => topic).filter(({ topic }) => !names.has(topic));
    for (const { topic } of removed) this.#remove(topic);
    const added = topics.filter(({ topic }) => !this.#feeds.has(topic));
    for (const topic of added) this.#add(topic, owedFrom);
    return { added, removed };
  }

  /** The instruments could not be listed: everything is missing. */
  unlisted(cause: string, datasetsWanted: readonly DatasetName[]): void {
    const { recorder, clock, venue, earlierEnd } = this.#options;
    for (const dataset of datasetsWanted) {
      if (this.#unlisted.has(dataset)) continue;
      const key = { exchange: venue.id, dataset, symbol: null, venueSymbol: null };
      const entry = recorder.ledger.entry(key);
      const isNew = entry.owedFrom === null;
      recorder.ledger.owed(entry, dataset, clock.now());
      // Of a feed of all symbols, or of a run before that could not list them either.
      const end = isNew ? earlierEnd(key) : null;
      if (end !== null) recorder.ledger.downtime(entry, end);
      recorder.ledger.interrupted(entry, dataset, clock.now(), cause);
      this.#unlisted.set(dataset, entry);
    }
  }

  /** Takes a message of a topic. */
  message(topic: string, data: Buffer, received: number, connection: string): void {
    const feed = this.#feeds.get(topic);
    if (feed === undefined) return;
    const { venue, keepsRaw } = this.#options;
    if (keepsRaw(venue.id)) this.capture(connection, data.toString(), received);
    feed.message(data, received, this.#sources.get(connection) ?? 'live');
  }

  /** Keeps a message as it came. `source` says where from, where it did not come by a stream. */
  capture(connection: string, message: string, received: number, source?: 'rest' | 'simulated'): void {
    const { venue, keepsRaw, recorder } = this.#options;
    if (!keepsRaw(venue.id) || recorder.shedding.causeFor('raw') !== null) return;
    const row = { exchange: venue.id, symbol: null, venue_symbol: null, ts_event: null, ts_recv: received };
    const from = source ?? this.#sources.get(connection) ?? 'live';
    recorder.append('raw', venue.id, { ...row, source: from, connection, message });
  }

  connected(connection: string, simulated: boolean): void {
    this.#sources.set(connection, simulated ? 'simulated' : 'live');
  }

  /** What it brought is handled by now. */
  disconnected(connection: string): void {
    this.#sources.delete(connection);
  }

  interrupted(topic: string, from: number, cause: string): void {
    this.#feeds.get(topic)?.interrupted(from, cause);
  }

  resumed(topic: string, from: number, to: number, cause: string): void {
    this.#feeds.get(topic)?.resumed(from, to, cause);
  }

  /** Why data of a topic is missing is known better than when that began. */
  explained(topic: string, cause: string): void {
    this.#feeds.get(topic)?.explained(cause);
  }

  /** Nothing of a topic is missing until then. */
  proved(topic: string, until: number | null): void {
    const entry = this.#feeds.get(topic)?.entry;
    if (entry !== undefined && entry.from !== null && until !== null && until > entry.until) entry.until = until;
  }

  /** A venue won't have a topic. Where another name of it is left, nothing is missing. */
  refused(topic: string): void {
    const feed = this.#feeds.get(topic);
    if (feed === undefined) return;
    feed.isRefused = true;
    const others = (feed.topic.alternatives ?? []).map((name) => this.#feeds.get(name));
    if (others.some((other) => other !== undefined && !other.isRefused)) feed.dismissed(this.#options.clock.now());
  }

  /** A message on a route could not be read: it may have been of any feed that nothing numbers. */
  malformed(route: string, at: number): void {
    for (const feed of this.#feeds.values()) if (feed.topic.route === route) feed.lostMessage(at);
  }

  /** The topic that brings an instrument's book; null = none. */
  bookTopic(venueSymbol: string): StreamTopic | null {
    for (const { topic } of this.#feeds.values()) {
      if (topic.dataset === 'book_deltas' && topic.instrument?.venue_symbol === venueSymbol) return topic;
    }
    return null;
  }

  /** Takes rows that did not come by a feed. */
  rows(dataset: DatasetName, venueSymbol: string, rows: readonly AnyRow[], received: number): number {
    return this.#intakes.get(intakeKey(dataset, venueSymbol))?.rows(rows, received) ?? 0;
  }

  intake(dataset: DatasetName, venueSymbol: string): Intake | null {
    return this.#intakes.get(intakeKey(dataset, venueSymbol)) ?? null;
  }

  #add(topic: StreamTopic, owedFrom: number): void {
    const { venue, recorder, earlierEnd } = this.#options;
    const { ledger } = recorder;
    const { dataset, instrument } = topic;
    const key = {
      exchange: venue.id,
      dataset,
      symbol: instrument?.symbol ?? null,
      venueSymbol: instrument?.venue_symbol ?? null,
    };
    const entry = ledger.entry(key);
    const isNew = entry.owedFrom === null;
    ledger.owed(entry, topic.topic, owedFrom);
    const end = isNew ? earlierEnd(key) : null;
    if (end !== null) ledger.downtime(entry, end);
    const intake = this.#intakeOf(topic, entry, end?.until ?? owedFrom);
    if (dataset === 'book_deltas') ledger.owed(entry, bookPart, owedFrom);
    this.#feeds.set(topic.topic, new Feed(topic, entry, intake, { ...this.#options, isWanted: this.isWanted }));
  }

  #intakeOf(topic: StreamTopic, entry: LedgerEntry, since: number): Intake {
    const { onRow, recorder, venue, earlierRows } = this.#options;
    // Liquidations may come by two feeds at once, so all of them go one way.
    const shared = topic.dataset === 'liquidations' && topic.alternatives !== undefined;
    const key = intakeKey(topic.dataset, shared ? '' : (topic.instrument?.venue_symbol ?? ''));
    const known = this.#intakes.get(key);
    if (known !== undefined) return known;
    const target = {
      record: (dataset: DatasetName, row: AnyRow) => {
        recorder.append(dataset, venue.id, row);
        onRow?.(dataset, row);
      },
    };
    const intake = makeIntake(topic, entry, { ...this.#options, target, since, scans: onRow === undefined });
    const name = topic.instrument?.venue_symbol ?? null;
    for (const row of earlierRows(venue.id, topic.dataset, name)) intake.remember?.(row);
    this.#intakes.set(key, intake);
    return intake;
  }

  #remove(topic: string): void {
    this.#feeds.get(topic)?.dismissed(this.#options.clock.now());
    this.#feeds.delete(topic);
  }
}

function intakeKey(dataset: DatasetName, venueSymbol: string): string {
  return `${dataset satisfies keyof typeof datasets} ${venueSymbol}`;
}
