import { type Book, bookAt, bookStepAt, changesOver, levelsOf, type Sides } from '../model/book.ts';
import type { Market } from '../model/market.ts';
import type { Quotes } from '../model/quotes.ts';
import type { Fact } from '../venue.ts';
import { type Opening, PeriodicFeed, transit } from './feed.ts';
import type { BookMoment, SimulatedBook } from './protocol.ts';

/** What a message about a book is made from. */
export interface BookChange {
  /** The step that the message before ended with, and the one that this ends with. */
  readonly previous: number;
  readonly step: number;
  /** When that step began, in microseconds. */
  readonly time: number;
  /** When the message is sent, in microseconds. */
  readonly at: number;
  /** Also of levels that came and went since the message before. */
  readonly changes: Sides;
  /** All levels that the stream shows, afterwards. */
  readonly levels: Sides;
}

/**
 * A feed about a book: every so many steps what changed.
 * @param options.steps how many steps a message covers.
 * @param options.levels how many levels a side the stream shows; all of them where absent.
 * @param options.say null = no message.
 */
export function bookFeed(
  market: Market,
  options: {
    readonly steps: number;
    readonly levels?: number;
    readonly after: number;
    say(change: BookChange): string | null;
    facts(text: string): Fact[];
    opening?(state: { readonly step: number; readonly levels: Sides; readonly at: number }): Opening;
  },
): PeriodicFeed {
  const { steps, levels, say, facts, opening } = options;
  const period = steps * market.pace.bookStep;
  const shown = (step: number) => levelsOf(bookAt(market, step), levels);
  let last = lastMessageStep(market, steps, options.after - transit);
  let before = shown(last);
  return new PeriodicFeed({
    period,
    after: options.after,
    facts,
    say(time, at) {
      const step = Math.round(time / market.pace.bookStep);
      // A whole book that is asked for may be of any step between; one with its best levels alone comes with the stream.
      const between = levels === undefined ? stepsBetween(last, step).map(shown) : [];
      const after = shown(step);
      const changes = changesOver([before, ...between, after]);
      const text = say({ previous: last, step, time, at, changes, levels: after });
      last = step;
      before = after;
      return text;
    },
    ...(opening !== undefined && { opening: (at: number) => [opening({ step: last, levels: before, at })] }),
  });
}

function stepsBetween(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first - 1) }, (_, index) => first + 1 + index);
}

/** The last step before a time that a message of so many steps ended with. */
function lastMessageStep(market: Market, steps: number, time: number): number {
  const step = bookStepAt(market, time);
  return step - (step % steps);
}

/** Whether anything changed that the stream shows. */
export function isNews({ changes }: BookChange): boolean {
  return changes.bids.length > 0 || changes.asks.length > 0;
}

/** The book that a venue had at a moment, in its texts. */
export function simulatedBook(
  market: Market,
  moment: BookMoment,
  quotes: Quotes,
  numbering: { number(step: number): number | null; stepOf(sequence: number): number; stepAt?(time: number): number },
): SimulatedBook {
  const stepAt = numbering.stepAt ?? ((time: number) => bookStepAt(market, time));
  const step = 'time' in moment ? stepAt(moment.time) : numbering.stepOf(moment.sequence);
  const book: Book = bookAt(market, step);
  const { bids, asks } = levelsOf(book);
  return {
    time: step * market.pace.bookStep,
    sequence: numbering.number(step),
    bids: quotes.levels(bids),
    asks: quotes.levels(asks),
  };
}
