import { type Market, middleTick } from './market.ts';
import { scramble } from './noise.ts';
import { unitsText } from './text.ts';

/**
 * An order book at one step of its market. Like all of the model it is a pure function of the market and the step, so
 * that a book can be had for any moment, past ones too. Price steps ("ticks") and sizes are whole numbers of the market's
 * smallest units.
 */
export interface Book {
  readonly step: number;
  /** Ticks below it are bid, from it on asked. */
  readonly middle: number;
  /** Sizes of the ticks from `middle - levels` to `middle + levels - 1`; 0 = nobody is there. */
  readonly sizes: Int32Array;
}

/** Levels of one side, best first: tick, size, tick, size, … */
export type Levels = readonly number[];

export interface Sides {
  readonly bids: Levels;
  readonly asks: Levels;
}

/** The step that is in force at a time. */
export function bookStepAt(market: Market, time: number): number {
  return Math.floor(time / market.pace.bookStep);
}

/** When a step begins, in microseconds. */
export function bookStepTime(market: Market, step: number): number {
  return step * market.pace.bookStep;
}

const remembered = new WeakMap<Market, Book[]>();

/** The book at a step. */
export function bookAt(market: Market, step: number): Book {
  const recent = remembered.get(market) ?? [];
  const known = recent.find((book) => book.step === step);
  if (known !== undefined) return known;
  const book = build(market, step);
  // The streams of one market ask for the same few steps in turn.
  remembered.set(market, [book, ...recent.slice(0, 3)]);
  return book;
}

function build(market: Market, step: number): Book {
  const { bookLevels, levelCycle } = market.pace;
  const middle = middleTick(market, bookStepTime(market, step));
  const sizes = new Int32Array(2 * bookLevels);
  for (let index = 0; index < sizes.length; index += 1) {
    const place = Math.imul(middle - bookLevels + index, 0x9e3779b1) ^ market.key;
    const age = Math.floor((step + ((place >>> 8) % levelCycle)) / levelCycle);
    const side = index < bookLevels ? 0 : 0x5bd1e995;
    const noise = scramble(place ^ Math.imul(age | 0, 0x85ebca6b) ^ side);
    const bulk = noise >>> 16;
    sizes[index] = (noise & 3) === 0 ? 0 : 1 + ((bulk * bulk) >>> 18);
  }
  return { step, middle, sizes };
}

/** The best levels of both sides, at most `count` of each. */
export function levelsOf(book: Book, count = Number.POSITIVE_INFINITY): Sides {
  const { middle, sizes } = book;
  const depth = sizes.length / 2;
  const bids: number[] = [];
  const asks: number[] = [];
  for (let index = depth - 1; index >= 0 && bids.length < 2 * count; index -= 1) {
    const size = sizes[index] ?? 0;
    if (size > 0) bids.push(middle - depth + index, size);
  }
  for (let index = depth; index < sizes.length && asks.length < 2 * count; index += 1) {
    const size = sizes[index] ?? 0;
    if (size > 0) asks.push(middle - depth + index, size);
  }
  return { bids, asks };
}

/** What changed from one state of both sides to another; a level that is gone has size 0. */
export function changesOf(before: Sides, after: Sides): Sides {
  return { bids: sideChanges(before.bids, after.bids, -1), asks: sideChanges(before.asks, after.asks, 1) };
}

/**
 * What was changed over several states that follow each other, as it is in the last one: a level that came and went as well, as
 * somebody may have seen it in between.
 */
export function changesOver(states: readonly Sides[]): Sides {
  const bids = new Map<number, number>();
  const asks = new Map<number, number>();
  for (const [index, state] of states.entries()) {
    const before = states[index - 1];
    if (before === undefined) continue;
    const changes = changesOf(before, state);
    for (let at = 0; at < changes.bids.length; at += 2) bids.set(changes.bids[at] ?? 0, changes.bids[at + 1] ?? 0);
    for (let at = 0; at < changes.asks.length; at += 2) asks.set(changes.asks[at] ?? 0, changes.asks[at + 1] ?? 0);
  }
  return {
    bids: [...bids].sort(([a], [b]) => b - a).flat(),
    asks: [...asks].sort(([a], [b]) => a - b).flat(),
  };
}

/** Walks two sides at once, both from the best level on: upwards (1) or downwards (-1). */
function sideChanges(before: Levels, after: Levels, direction: 1 | -1): Levels {
  const changes: number[] = [];
  let old = 0;
  let young = 0;
  while (old < before.length || young < after.length) {
    const oldTick = before[old];
    const youngTick = after[young];
    const order =
      oldTick === undefined ? 1 : youngTick === undefined ? -1 : Math.sign((oldTick - youngTick) * direction);
    if (order < 0 && oldTick !== undefined) {
      changes.push(oldTick, 0);
      old += 2;
    } else if (youngTick !== undefined) {
      const size = after[young + 1] ?? 0;
      if (order > 0 || before[old + 1] !== size) changes.push(youngTick, size);
      young += 2;
      if (order === 0) old += 2;
    }
  }
  return changes;
}

/** A level in the venue's texts: price and size. */
export type Level = readonly [price: string, size: string];

/** The book in force at a time, best levels first on both sides, with all decimals of the market. */
export function book(market: Market, time: number, levels: number): { readonly bids: Level[]; readonly asks: Level[] } {
  const { bids, asks } = levelsOf(bookAt(market, bookStepAt(market, time)), levels);
  const texts = (side: Levels): Level[] =>
    Array.from({ length: side.length / 2 }, (_, index) => [
      unitsText(side[2 * index] ?? 0, market.priceDecimals),
      unitsText(side[2 * index + 1] ?? 0, market.sizeDecimals),
    ]);
  return { bids: texts(bids), asks: texts(asks) };
}
