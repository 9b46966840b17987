import { larger } from '../typed-array.ts';
import { type Vector, validityOf } from './vector.ts';

/** Texts of which there are few different ones: each is kept once, and a row holds its number. */
export class DictionaryVector implements Vector<string> {
  codes: Uint32Array<ArrayBuffer>;
  valid: Uint8Array<ArrayBuffer> | null;
  /** The texts by their numbers. Rows that were given up may have left some that no row has. */
  readonly texts: string[];
  readonly #numbers: Map<string, number>;

  constructor(nullable: boolean, capacity: number, texts: readonly string[] = []) {
    this.codes = new Uint32Array(capacity);
    this.valid = validityOf(nullable, capacity);
    this.texts = [...texts];
    this.#numbers = new Map(texts.map((text, number) => [text, number]));
  }

  grow(capacity: number): void {
    this.codes = larger(this.codes, capacity);
    if (this.valid !== null) this.valid = larger(this.valid, capacity);
  }

  set(row: number, text: string): void {
    this.codes[row] = this.numberOf(text);
    if (this.valid !== null) this.valid[row] = 1;
  }

  setNull(row: number): void {
    this.codes[row] = 0;
    if (this.valid !== null) this.valid[row] = 0;
  }

  /** The number of a text, a new one where it has none yet. */
  numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.texts.length;
    this.texts.push(text);
    this.#numbers.set(text, number);
    return number;
  }

  /** Texts sort by their code units; the keys are 0, 1, 2 …, and that of a null one more than that of the last text. */
  sortKeys(length: number): Float64Array {
    const { codes, valid, texts } = this;
    const ranks = new Float64Array(texts.length);
    [...texts.keys()]
      .sort((a, b) => ((texts[a] ?? '') < (texts[b] ?? '') ? -1 : 1))
      .forEach((number, rank) => {
        ranks[number] = rank;
      });
    const keys = new Float64Array(length);
    for (let row = 0; row < length; row += 1) {
      keys[row] = valid !== null && valid[row] === 0 ? texts.length : (ranks[codes[row] ?? 0] ?? 0);
    }
    return keys;
  }

  /** The different texts of these rows, sorted. */
  distinct(rows: Uint32Array): string[] {
    const { codes, valid } = this;
    const used = new Uint8Array(this.texts.length);
    for (let at = 0; at < rows.length; at += 1) {
      const row = rows[at] ?? 0;
      if (valid === null || valid[row] !== 0) used[codes[row] ?? 0] = 1;
    }
    return this.texts.filter((_, number) => used[number] === 1).sort();
  }
}
