import { minute, second } from '@feedlake/schema';

/** How lively each instrument is. What a venue sends at a pace of its own (marks, candles) does not depend on it. */
export interface StreamOptions {
  /** Taker orders a second; every other one fills three resting orders at once, the rest one. Default 2. */
  readonly tradesPerSecond?: number;
  /** Messages a second on a venue's quickest book stream; its slower ones are slower by the venue's ratio. Default 10. */
  readonly booksPerSecond?: number;
  /** Price steps on each side of a book, three quarters of them taken: 40 to 1000. Default 200. */
  readonly bookLevels?: number;
  /** Resting orders that change between two messages, besides what the moving price brings. Default 10. */
  readonly levelChanges?: number;
  /** Default 1. */
  readonly liquidationsPerMinute?: number;
  /** States a second on Bybit's ticker stream. Default 10. */
  readonly tickersPerSecond?: number;
}

/** The same as the model needs it: spacings in whole microseconds. */
export interface Pace {
  readonly orderSpacing: number;
  /** A book changes twice between two messages of the quickest stream, so that a message covers more than one change. */
  readonly bookStep: number;
  readonly bookLevels: number;
  /** After so many steps every level has changed once. */
  readonly levelCycle: number;
  /** Infinite where there are none. */
  readonly liquidationSpacing: number;
  readonly tickerStep: number;
}

/** @throws RangeError for a rate that can't be had. */
export function paceOf(options: StreamOptions = {}): Pace {
  const { tradesPerSecond = 2, booksPerSecond = 10, bookLevels = 200, levelChanges = 10 } = options;
  const { liquidationsPerMinute = 1, tickersPerSecond = 10 } = options;
  for (const [name, value] of Object.entries({ tradesPerSecond, booksPerSecond, levelChanges, tickersPerSecond })) {
    if (!(value > 0 && value <= 200_000)) throw new RangeError(`streams.${name}: more than 0 and at most 200000`);
  }
  if (!(bookLevels >= 40 && bookLevels <= 1000)) throw new RangeError('streams.bookLevels: 40 to 1000');
  if (!(liquidationsPerMinute >= 0)) throw new RangeError('streams.liquidationsPerMinute: not negative');
  return {
    orderSpacing: Math.max(1, Math.round(second / tradesPerSecond)),
    bookStep: Math.max(1, Math.round(second / booksPerSecond / 2)),
    bookLevels: Math.floor(bookLevels),
    levelCycle: Math.max(2, Math.round((4 * bookLevels) / levelChanges)),
    liquidationSpacing: Math.max(1, Math.round(minute / liquidationsPerMinute)),
    tickerStep: Math.max(1, Math.round(second / tickersPerSecond)),
  };
}

/** The liveliness of instruments where nothing else is said. */
export const usualPace: Pace = paceOf();
