/** Someone who waits for budget. */
interface Waiting {
  /** The pools it needs. */
  readonly pools: readonly string[];
  /** True once it no longer waits; kept by the lines. */
  gone: boolean;
}

/**
 * Waiters in the order they came, one line per combination of pools: who can't be served holds up all behind it in the
 * same line, so that a long queue costs no more than a short one.
 */
export class WaitingLines<T extends Waiting> {
  readonly #lines = new Map<string, { waiter: T; number: number }[]>();
  #count = 0;
  #size = 0;

  /** How many wait. */
  get size(): number {
    return this.#size;
  }

  add(waiter: T): void {
    const key = waiter.pools.toSorted().join('\n');
    const line = this.#lines.get(key);
    this.#size++;
    const place = { waiter, number: this.#count++ };
    if (line === undefined) this.#lines.set(key, [place]);
    else line.push(place);
  }

  /** Takes out one that waits no longer. */
  leave(waiter: T): void {
    if (waiter.gone) return;
    waiter.gone = true;
    this.#size--;
  }

  /** Offers each waiter its turn, in order; one that is not served stays, and its line with it. */
  serve(isServed: (waiter: T) => boolean): void {
    const lines = [...this.#lines.values()];
    for (;;) {
      for (const line of lines) while (line[0]?.waiter.gone) line.shift();
      const [line] = lines.filter(([head]) => head !== undefined).sort((a, b) => numberOf(a) - numberOf(b));
      const head = line?.[0];
      if (line === undefined || head === undefined) return;
      if (isServed(head.waiter)) this.leave(head.waiter);
      else lines.splice(lines.indexOf(line), 1);
    }
  }

  /** Everyone who still waits. */
  all(): T[] {
    return [...this.#lines.values()].flatMap((line) => line.map(({ waiter }) => waiter).filter(({ gone }) => !gone));
  }
}

function numberOf([head]: readonly { number: number }[]): number {
  return head?.number ?? 0;
}
