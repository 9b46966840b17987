import type { DictionaryVector } from '../parquet/dictionary-vector.ts';

/** Texts that are named by numbers of their own, and the numbers that dictionaries have for them. */
export class Vocabulary {
  readonly #texts: readonly (readonly [own: number, text: string])[];
  readonly #numbers = new WeakMap<DictionaryVector, Uint32Array>();

  constructor(texts: Iterable<readonly [own: number, text: string]>) {
    this.#texts = [...texts];
  }

  /** By own number, the number in a dictionary, which gets the texts that it lacks. */
  numbersIn(vector: DictionaryVector): Uint32Array {
    const known = this.#numbers.get(vector);
    if (known !== undefined) return known;
    const numbers = new Uint32Array(this.#texts.reduce((most, [own]) => Math.max(most, own + 1), 0));
    for (const [own, text] of this.#texts) numbers[own] = vector.numberOf(text);
    this.#numbers.set(vector, numbers);
    return numbers;
  }
}
