import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type StreamMessage, TruthSegment } from './truth-segment.ts';
import type { Fact, VenueId } from './venue.ts';

/** A fact that a venue has sent, or that one of its streams owed. */
export interface TruthRecord extends Fact {
  readonly venue: VenueId;
  /** When it was sent or owed, by the venue's clock, in microseconds. */
  readonly at: number;
  /** Streams only: the topic, as the venue names it. */
  readonly topic?: string;
  /** Streams only: the number of the message on its topic, from 1; of a snapshot or replay, of the last message before. */
  readonly message?: number;
  /** Streams only: the connections that it was written to, by name. None = nobody got it. */
  readonly sentTo?: readonly string[];
  /** Streams only: true where the venue leaves it out by its own rules, so that nobody is owed it. */
  readonly sampledOut?: true;
}

/** Which records to take; all of them where nothing is named. */
export type TruthFilter = Partial<Pick<TruthRecord, 'venue' | 'dataset' | 'kind' | 'symbol' | 'topic'>>;

/** A message that was noted, and that somebody may still be to get. */
export interface NotedMessage {
  readonly sentTo: readonly string[];
  /** It was written to one more connection. */
  gotBy(name: string): void;
  /** One more connection is still to get it, or one fewer: so long it is not written to the file. */
  setOpen(open: boolean): void;
}

interface Reply {
  readonly venue: VenueId;
  readonly at: number;
  readonly facts: readonly Fact[];
}

type Entry = Reply | TruthSegment;

/** How many facts of replies and messages of streams are remembered where nothing else is said. */
const usualCapacity = 1_000_000;
/** Characters that a message has on average, at most, where so many are remembered. */
const usualLength = 500;

/**
 * Everything that the venues have stated or owed, in that order, so that a lake can be compared with it. It remembers the
 * last million facts and messages, or fewer where they are long; a file or stream gets all of them, one JSON object a line.
 */
export class TruthLog {
  /** Facts and messages that are no longer remembered. */
  dropped = 0;
  #entries: Entry[] = [];
  #count = 0;
  #bytes = 0;
  readonly #capacity: number;
  readonly #sink: Writable | null;
  readonly #ownsSink: boolean;
  /** Where the next is that the sink has not got: entry, and message in it. */
  #unwritten = { entry: 0, message: 0 };

  /**
   * @param target a file to append to (its folder is made), or a stream.
   * @param capacity how many facts and messages are remembered.
   */
  constructor(target?: string | Writable, capacity = usualCapacity) {
    this.#capacity = capacity;
    this.#ownsSink = typeof target === 'string';
    if (typeof target === 'string') mkdirSync(dirname(target), { recursive: true });
    this.#sink = typeof target === 'string' ? createWriteStream(target, { flags: 'a' }) : (target ?? null);
  }

  add(venue: VenueId, at: number, facts: readonly Fact[]): void {
    if (facts.length === 0) return;
    this.#entries.push({ venue, at, facts });
    this.#counted(facts.length);
    this.flush();
  }

  /** Notes a message of a stream; {@link flush} writes it out. */
  addMessage(message: StreamMessage): NotedMessage {
    const segment = this.#segmentFor(message.text);
    const index = segment.length;
    segment.add(message);
    this.#bytes += message.text.length;
    this.#counted(1);
    return {
      get sentTo() {
        return segment.sentTo(index);
      },
      gotBy(name) {
        const names = segment.sentTo(index);
        if (!names.includes(name)) segment.setSentTo(index, [...names, name]);
      },
      setOpen(open) {
        segment.countOpen(index, open ? 1 : -1);
      },
    };
  }

  /**
   * Writes what is new to the file or stream.
   * @param all also what is still open, and what came after it.
   */
  flush(all = false): void {
    if (this.#sink === null) return;
    const lines: string[] = [];
    const { entry: from, message: start } = this.#unwritten;
    this.#unwritten = { entry: this.#entries.length, message: 0 };
    for (const [offset, entry] of this.#entries.slice(from).entries()) {
      if (!(entry instanceof TruthSegment)) {
        for (const record of recordsOf(entry)) lines.push(JSON.stringify(record));
        continue;
      }
      const first = offset === 0 ? start : 0;
      const end = all ? entry.length : entry.settled;
      for (let index = first; index < end; index += 1) {
        for (const record of entry.records(index)) lines.push(JSON.stringify(record));
      }
      const last = from + offset === this.#entries.length - 1;
      if (end === entry.length && !last) continue;
      // The last segment goes on, and what is open waits with all that comes after it.
      this.#unwritten = { entry: from + offset, message: Math.max(first, end) };
      break;
    }
    if (lines.length > 0) this.#sink.write(`${lines.join('\n')}\n`);
  }

  /** The remembered facts that match. */
  records(filter: TruthFilter = {}): TruthRecord[] {
    const wanted = Object.entries(filter);
    const found: TruthRecord[] = [];
    const take = (records: readonly TruthRecord[]) => {
      for (const record of records) {
        if (wanted.every(([name, value]) => record[name as keyof TruthFilter] === value)) found.push(record);
      }
    };
    for (const entry of this.#entries) {
      if (!(entry instanceof TruthSegment)) {
        if (filter.venue === undefined || filter.venue === entry.venue) take(recordsOf(entry));
        continue;
      }
      for (let index = 0; index < entry.length; index += 1) {
        if (mayMatch(entry, index, filter)) take(entry.records(index));
      }
    }
    return found;
  }

  clear(): void {
    this.flush(true);
    this.#entries = [];
    this.#count = 0;
    this.#bytes = 0;
    this.#unwritten = { entry: 0, message: 0 };
  }

  /** Writes out what is left and closes the file. */
  async close(): Promise<void> {
    this.flush(true);
    if (this.#sink === null || !this.#ownsSink) return;
    this.#sink.end();
    await finished(this.#sink);
  }

  #segmentFor(text: string): TruthSegment {
    const last = this.#entries.at(-1);
    if (last instanceof TruthSegment && last.takes(text)) return last;
    const segment = new TruthSegment(text);
    this.#entries.push(segment);
    return segment;
  }

  #counted(more: number): void {
    this.#count += more;
    const full = () => this.#count > this.#capacity || this.#bytes > this.#capacity * usualLength;
    while (full() && this.#entries.length > 1) this.#forgetOldest();
  }

  #forgetOldest(): void {
    if (this.#unwritten.entry === 0) this.flush(true);
    const entry = this.#entries.shift();
    this.#unwritten = { ...this.#unwritten, entry: Math.max(0, this.#unwritten.entry - 1) };
    const gone = entry instanceof TruthSegment ? entry.length : (entry?.facts.length ?? 0);
    this.#count -= gone;
    if (entry instanceof TruthSegment) this.#bytes -= entry.bytes;
    this.dropped += gone;
  }
}

/** Whether a message may hold what is wanted, told without reading its text. */
function mayMatch(segment: TruthSegment, index: number, { venue, topic }: TruthFilter): boolean {
  const about = segment.topic(index);
  return (
    about !== null && (venue === undefined || venue === about.venue) && (topic === undefined || topic === about.name)
  );
}

function recordsOf({ venue, at, facts }: Reply): TruthRecord[] {
  return facts.map((fact) => ({ venue, ...fact, at }));
}
