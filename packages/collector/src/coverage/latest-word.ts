import { outranks, type Word } from './word.ts';

/** Words by rank: a binary heap, from which those that no longer speak are dropped when they come up. */
export class LatestWord {
  readonly #heap: Word[] = [];

  add(word: Word): void {
    const heap = this.#heap;
    let index = heap.push(word) - 1;
    while (index > 0) {
      const parent = (index - 1) >>> 1;
      const above = heap[parent] as Word;
      if (!outranks(word, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = word;
  }

  /** The word that counts at a time, which only ever advances; null when none speaks. */
  at(time: number): Word | null {
    for (;;) {
      const top = this.#heap[0];
      if (top === undefined) return null;
      if (top.to > time) return top;
      this.#removeTop();
    }
  }

  #removeTop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Word;
    const size = heap.length;
    if (size === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= size) break;
      if (child + 1 < size && outranks(heap[child + 1] as Word, heap[child] as Word)) child += 1;
      const below = heap[child] as Word;
      if (!outranks(below, last)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = last;
  }
}
