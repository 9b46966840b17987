/** An instrument as a frame names it: its number, and its names in the lake and at the venue. */
export type NamedInstrument = readonly [number: number, symbol: string, venueSymbol: string];

/** The instruments of a table: messages name them by number. */
export class TableInstruments {
  readonly #numbers = new Map<string, number>();
  readonly #names: NamedInstrument[] = [];

  /** The number of an instrument, a new one where it has none yet. */
  numberOf(symbol: string, venueSymbol: string): number {
    const key = JSON.stringify([symbol, venueSymbol]);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#names.length;
    this.#numbers.set(key, number);
    this.#names.push([number, symbol, venueSymbol]);
    return number;
  }

  /** Those that these messages are about. */
  usedBy(messages: Uint32Array): NamedInstrument[] {
    const used = new Uint8Array(this.#names.length);
    for (const number of messages) used[number] = 1;
    return this.#names.filter(([number]) => used[number] === 1);
  }
}
