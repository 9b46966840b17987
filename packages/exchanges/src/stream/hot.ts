/**
 * Hot feeds go from bytes to typed columns without an object in between. A scan knows the shape that a venue gives the
 * messages of one feed, checks every byte against it, and gives up on anything else: then the message goes through
 * JSON and the mapper, with the same rows as result. Scans never throw.
 *
 * Rows that a scan has added when it gives up are dropped by its caller, so a scan need not look ahead.
 */

/** Takes the trades of one message. Numbers are exact: of at most 15 significant digits, neither NaN nor -0. */
export interface TradeSink {
  /**
   * A trade whose ids are whole numbers up to 2^53.
   * @param event When it happened, in microseconds.
   * @param sells The aggressor sells.
   * @param firstId First trade of an aggregate; NaN = none.
   * @param lastId Last trade of an aggregate; NaN = none.
   */
  trade(
    event: number,
    sells: boolean,
    price: number,
    size: number,
    offBook: boolean,
    id: number,
    firstId: number,
    lastId: number,
  ): void;
  /** A trade whose id is a text: the ASCII bytes `[idStart, idEnd)` of `data`, which are copied. */
  namedTrade(
    event: number,
    sells: boolean,
    price: number,
    size: number,
    offBook: boolean,
    data: Uint8Array,
    idStart: number,
    idEnd: number,
  ): void;
}

/** Takes the levels of one book message: first all levels, then what the message says of itself. */
export interface BookSink {
  /** A level: bids first, then asks, each in the venue's order. Size 0 removes it. */
  level(isBid: boolean, price: number, size: number): void;
  /**
   * Ends the message. Sequences are whole numbers; NaN = not told.
   * @param event When it happened, in microseconds.
   */
  message(
    event: number,
    firstSeq: number,
    lastSeq: number,
    prevSeq: number,
    crossSeq: number,
    isSnapshot: boolean,
  ): void;
}

/**
 * Scans one message with trades of one instrument.
 * @param symbol The venue's own name of the instrument in ASCII: a message about another one is given up.
 * @returns whether all of it was understood.
 */
export type ScanTrades = (data: Uint8Array, symbol: Uint8Array, sink: TradeSink) => boolean;

/** Scans one message of an order book, see {@link ScanTrades}. */
export type ScanBook = (data: Uint8Array, symbol: Uint8Array, sink: BookSink) => boolean;
