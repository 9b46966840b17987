import type { Source, TimedRow } from './source.ts';

/** Sources that are opened when their time comes. */
export interface Opening {
  /** No row of it is earlier, in microseconds. */
  readonly first: number;
  open(): Promise<readonly Source[]>;
}

/** Rows that are given at a time; fewer where so many sources had to be opened for them. */
const batchRows = 1024;
const batchOpenings = 16;

/**
 * Merges sources: all rows in the order of time, those of one time together. A source is opened when the merge has come to
 * its first time, and read on as it is used up.
 * @param openings Ascending by `first`. The one behind those that are open is asked for, and opened when its time comes.
 */
export async function* merge(openings: AsyncIterable<Opening>): AsyncGenerator<TimedRow[][]> {
  const heap = new Heap();
  const iterator = openings[Symbol.asyncIterator]();
  let next = await iterator.next();
  let batch: TimedRow[][] = [];
  let rows = 0;
  let opened = 0;
  try {
    for (;;) {
      while (next.done !== true && next.value.first <= (heap.top?.head?.time ?? Number.POSITIVE_INFINITY)) {
        for (const source of await next.value.open()) if (await source.fill()) heap.push(source);
        opened += 1;
        next = await iterator.next();
      }
      const time = heap.top?.head?.time;
      if (time === undefined) break;
      const group: TimedRow[] = [];
      for (let top = heap.top; top?.head !== undefined && top.head.time === time; top = heap.top) {
        group.push(top.head);
        top.advance();
        if (top.head !== undefined || (await top.fill())) heap.settle();
        else heap.pop();
      }
      batch.push(group);
      rows += group.length;
      if (rows < batchRows && opened < batchOpenings) continue;
      yield batch;
      batch = [];
      rows = 0;
      opened = 0;
    }
    if (batch.length > 0) yield batch;
  } finally {
    await iterator.return?.();
  }
}

/** Sources with a head, that of the earliest on top. */
class Heap {
  readonly #sources: Source[] = [];

  get top(): Source | undefined {
    return this.#sources[0];
  }

  push(source: Source): void {
    let at = this.#sources.push(source) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#time(parent) <= this.#time(at)) return;
      this.#swap(parent, at);
      at = parent;
    }
  }

  pop(): void {
    const last = this.#sources.pop();
    if (last === undefined || this.#sources.length === 0) return;
    this.#sources[0] = last;
    this.settle();
  }

  /** Puts the top where it belongs, after it went on. */
  settle(): void {
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const least = this.#time(left + 1) < this.#time(left) ? left + 1 : left;
      if (least >= this.#sources.length || this.#time(at) <= this.#time(least)) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #time(at: number): number {
    return this.#sources[at]?.head?.time ?? Number.POSITIVE_INFINITY;
  }

  #swap(one: number, other: number): void {
    const source = this.#sources[one] as Source;
    this.#sources[one] = this.#sources[other] as Source;
    this.#sources[other] = source;
  }
}
