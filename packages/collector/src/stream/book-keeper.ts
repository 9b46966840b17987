import { Mapping, replyMapperFor, type StreamedInstrument } from '@feedlake/exchanges';
import type { AnyRow } from '@feedlake/schema';
import type { Logger } from '@feedlake/telemetry';
import type { Clock, RestReply } from '@feedlake/transport';
import type { NativeVenue } from '../native-venue.ts';
import { RowBuffer } from '../row-buffer.ts';
import type { BookIntake } from './book-intake.ts';

export interface BookKeeperOptions {
  readonly venue: NativeVenue;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Subscribes to an instrument's book anew, which begins with a whole book. */
  readonly resubscribe: (venueSymbol: string) => void;
  /** Told of each whole book that was asked for, before it is used. */
  readonly onReply: (path: string, reply: RestReply, source: 'rest' | 'simulated') => void;
}

/** Before a whole book is asked for again, in milliseconds: doubles with each try in vain. */
const firstWaitMs = 1_000;
const longestWaitMs = 60_000;
/** A stream that was subscribed to anew has so long to bring its whole book, in milliseconds. */
const patienceMs = 10_000;

/** Gets whole books for those that are lost, each one at a time, until it is whole. */
export class BookKeeper {
  readonly #options: BookKeeperOptions;
  readonly #busy = new Set<BookIntake>();

  constructor(options: BookKeeperOptions) {
    this.#options = options;
  }

  /** A book is needed whole. */
  restore(intake: BookIntake, instrument: StreamedInstrument): void {
    if (this.#busy.has(intake)) return;
    this.#busy.add(intake);
    this.#restore(intake, instrument)
      .catch((error: unknown) => {
        const { signal, logger, venue } = this.#options;
        if (!signal.aborted) logger.error({ error }, `${venue.id}: the book of ${instrument.symbol} can't be restored`);
      })
      .finally(() => this.#busy.delete(intake));
  }

  async #restore(intake: BookIntake, instrument: StreamedInstrument): Promise<void> {
    const { clock, signal, venue, resubscribe } = this.#options;
    const { snapshot } = venue.adapter.streams.books;
    for (let tries = 0; !intake.isLive; tries += 1) {
      if (snapshot === null) {
        resubscribe(instrument.venue_symbol);
        await clock.delay(Math.max(patienceMs, waitMs(tries)), signal);
      } else if (!(await this.#ask(intake, instrument))) await clock.delay(waitMs(tries), signal);
      else return;
    }
  }

  async #ask(intake: BookIntake, { venue_symbol, symbol }: StreamedInstrument): Promise<boolean> {
    const { venue, signal, logger, onReply } = this.#options;
    const { snapshot } = venue.adapter.streams.books;
    const request = snapshot?.(venue_symbol);
    if (request === undefined) return false;
    try {
      const reply = await venue.client.request(request, signal);
      const source = 'x-feedlake-simulated' in reply.headers ? ('simulated' as const) : ('rest' as const);
      onReply(request.path, reply, source);
      const buffer = new RowBuffer();
      const origin = {
        exchange: venue.id,
        received: reply.received,
        source,
        request,
        reference: venue.reference,
        symbolOf: venue.adapter.symbolOf,
      };
      replyMapperFor(venue.adapter, request)?.map(reply.value, new Mapping(origin, buffer));
      for (const reason of buffer.rejected) logger.warn({ exchange: venue.id, symbol }, `${venue.id}: ${reason}`);
      return intake.snapshot(buffer.of('book_deltas') as AnyRow[], reply.received);
    } catch (error) {
      signal.throwIfAborted();
      logger.warn({ exchange: venue.id, symbol, error }, `${venue.id}: no book of ${symbol} yet`);
      return false;
    }
  }
}

function waitMs(tries: number): number {
  return Math.min(longestWaitMs, firstWaitMs * 2 ** tries);
}
