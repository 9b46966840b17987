import type { StreamTopic } from '@feedlake/exchanges';
import type { NativeVenue } from '../native-venue.ts';
import { BookIntake, bookPart } from './book-intake.ts';
import type { Intake } from './intake.ts';
import type { LedgerEntry } from './ledger-entry.ts';
import { messageRows } from './message-rows.ts';
import type { StreamContext } from './stream-context.ts';

export interface FeedOptions extends Pick<StreamContext, 'recorder' | 'logger' | 'clock'> {
  readonly venue: NativeVenue;
  /** Whether an instrument is wanted, by the venue's own name. */
  readonly isWanted: (venueSymbol: string) => boolean;
  readonly onStateLost: (topic: StreamTopic) => void;
}

/** Parts of an entry that the next good message ends. */
const passing = ['shed', 'spool', 'malformed'] as const;

/** One topic: takes its messages, and keeps the account of what happens to it. */
export class Feed {
  readonly topic: StreamTopic;
  readonly entry: LedgerEntry;
  readonly #intake: Intake;
  readonly #options: FeedOptions;
  /** The venue won't have it. */
  isRefused = false;
  /** Messages that have come. */
  messages = 0;
  /** Messages of a feed that is scanned, in another shape than it is known to have: they took the long way. */
  unscanned = 0;
  /** Messages that were no rows, or held some that were none. */
  rejected = 0;

  constructor(topic: StreamTopic, entry: LedgerEntry, intake: Intake, options: FeedOptions) {
    this.topic = topic;
    this.entry = entry;
    this.#intake = intake;
    this.#options = options;
  }

  message(data: Buffer, received: number, source: 'live' | 'simulated'): void {
    const { entry } = this;
    const { shedding } = this.#options.recorder;
    entry.source = source;
    this.messages += 1;
    if (shedding.active && this.#isShed()) return;
    if (entry.gaps.size > 0) this.#mend(received);
    if (this.#intake.scan?.(data, received, source) === true) return;
    if (this.#intake.isScanned === true) this.unscanned += 1;
    this.#map(data, received, source);
  }

  interrupted(from: number, cause: string): void {
    const { recorder, venue } = this.#options;
    recorder.ledger.interrupted(this.entry, this.topic.topic, from, cause);
    this.#intake.interrupted?.(cause);
    venue.reference.lastKnown.delete(this.topic.topic);
  }

  /** What keeps its data away is known better by now. */
  explained(cause: string): void {
    const gap = this.entry.gaps.get(this.topic.topic);
    if (gap !== undefined) {
      this.#options.recorder.ledger.interrupted(this.entry, this.topic.topic, gap.from, cause);
    }
  }

  resumed(from: number, to: number, cause: string): void {
    this.explained(cause);
    this.#options.recorder.ledger.resumed(this.entry, this.topic.topic, to);
    this.#intake.resumed?.(from, to, cause);
  }

  /** Nothing of it is owed any more. */
  dismissed(at: number): void {
    this.#options.recorder.ledger.dismissed(this.entry, this.topic.topic, at);
    if (this.topic.dataset === 'book_deltas') this.#options.recorder.ledger.dismissed(this.entry, bookPart, at);
  }

  /** A message that could not be read may have been of this feed. Numbered feeds find out by themselves. */
  lostMessage(at: number): void {
    const { venue, recorder } = this.#options;
    const { streams } = venue.adapter;
    if (this.entry.from === null) return;
    if (this.topic.dataset === 'trades' && streams.tradeIdsAreConsecutive) return;
    if (this.#intake instanceof BookIntake && this.#intake.isNumbered) return;
    if (this.topic.sparse === true) {
      const unnumbered = { first: null, last: null };
      recorder.ledger.hole(this.entry, 'malformed', this.entry.until, at, 'malformed', unnumbered);
    } else recorder.ledger.interrupted(this.entry, 'malformed', this.entry.until, 'malformed');
    this.#loseState();
  }

  #map(data: Buffer, received: number, source: 'live' | 'simulated'): void {
    const { venue, isWanted } = this.#options;
    try {
      const { groups, rejected } = messageRows(venue, data.toString(), received, source);
      this.#reject(rejected);
      for (const { dataset, venueSymbol, rows } of groups) {
        if (dataset === this.topic.dataset && isWanted(venueSymbol)) this.#intake.rows(rows, received);
      }
      this.entry.until = received;
    } catch (error) {
      this.#reject([error instanceof Error ? error.message : String(error)]);
      this.lostMessage(received);
    }
  }

  /** Whether messages are left out for now. */
  #isShed(): boolean {
    const { shedding, ledger } = this.#options.recorder;
    const cause = shedding.causeFor(this.topic.dataset);
    if (cause === null) return false;
    if (!this.entry.gaps.has('shed')) {
      ledger.interrupted(this.entry, 'shed', this.entry.until, cause);
      this.#intake.interrupted?.(cause);
      venueStateOf(this.#options.venue).delete(this.topic.topic);
    }
    return true;
  }

  #mend(received: number): void {
    const { ledger } = this.#options.recorder;
    for (const part of passing) {
      const gap = this.entry.gaps.get(part);
      if (gap === undefined) continue;
      if (part === 'spool') this.#intake.interrupted?.(gap.cause);
      ledger.resumed(this.entry, part, received);
      if (part === 'malformed') continue;
      if (part === 'shed') this.#intake.resumed?.(gap.from, received, gap.cause);
      this.#loseState();
      if (this.#intake instanceof BookIntake) this.#intake.restore();
    }
  }

  /** A feed that tells changes alone has to begin anew. */
  #loseState(): void {
    if (venueStateOf(this.#options.venue).delete(this.topic.topic)) this.#options.onStateLost(this.topic);
  }

  #reject(reasons: readonly string[]): void {
    const { logger, venue } = this.#options;
    for (const reason of reasons) {
      const log = this.rejected === 0 ? logger.warn : logger.debug;
      this.rejected += 1;
      log({ exchange: venue.id, topic: this.topic.topic }, `${venue.id}: ${this.topic.topic}: ${reason}`);
    }
  }
}

function venueStateOf({ reference }: NativeVenue): Map<string, Record<string, unknown>> {
  return reference.lastKnown;
}
