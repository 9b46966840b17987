/** A total that grows, by the name of what it counts. */
export type Totals = ReadonlyMap<string, number>;

/** How fast totals grow, over the last seconds. */
export class Rates {
  readonly #window: number;
  readonly #samples: { readonly at: number; readonly totals: Totals }[] = [];

  /** @param window Microseconds that a rate is taken over. */
  constructor(window: number) {
    this.#window = window;
  }

  /** Takes note of the totals at a time (µs). */
  sample(at: number, totals: Totals): void {
    this.#samples.push({ at, totals });
    // The one before the window's beginning is what the window's growth is measured from.
    while (this.#samples.length > 2 && (this.#samples[1]?.at ?? at) <= at - this.#window) this.#samples.shift();
  }

  /** How much a total grows a second; 0 until it was seen twice. */
  perSecond(name: string): number {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at <= first.at) return 0;
    const grown = (last.totals.get(name) ?? 0) - (first.totals.get(name) ?? 0);
    return Math.max(0, (grown * 1_000_000) / (last.at - first.at));
  }
}
