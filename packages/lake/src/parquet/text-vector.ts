import { copyBytes, larger } from '../typed-array.ts';
import { type Vector, validityOf } from './vector.ts';

const encoder = new TextEncoder();
const bytesPerText = 12;
/** Copying a short text by hand is faster than a call into the encoder. */
const shortText = 48;
/** So many digits a DOUBLE holds, whatever they are. */
const mostDigits = 15;
/** The largest whole number that a DOUBLE tells from its neighbours has so many. */
const mostWholeDigits = 16;
const mostSmall = 2 ** 31 - 1;

/** Texts as UTF-8: all bytes in one array, and the offset at which each row begins. */
export class TextVector implements Vector<string> {
  bytes: Uint8Array<ArrayBuffer>;
  /** One more than there are rows: a row's text ends where the next begins. */
  offsets: Int32Array<ArrayBuffer>;
  valid: Uint8Array<ArrayBuffer> | null;

  constructor(nullable: boolean, capacity: number) {
    this.bytes = new Uint8Array(capacity * bytesPerText);
    this.offsets = new Int32Array(capacity + 1);
    this.valid = validityOf(nullable, capacity);
  }

  grow(capacity: number): void {
    this.offsets = larger(this.offsets, capacity + 1);
    if (this.valid !== null) this.valid = larger(this.valid, capacity);
  }

  set(row: number, text: string): void {
    const start = this.offsets[row] ?? 0;
    // A UTF-16 unit takes at most three bytes of UTF-8.
    const most = start + text.length * 3;
    if (most > this.bytes.length) this.bytes = larger(this.bytes, Math.max(most, this.bytes.length * 2));
    this.offsets[row + 1] = start + this.#write(text, start);
    if (this.valid !== null) this.valid[row] = 1;
  }

  /** Sets a whole number's digits, without a text in between. */
  setWhole(row: number, number: number): void {
    if (!Number.isSafeInteger(number) || number < 0) {
      this.set(row, String(number));
      return;
    }
    const start = this.offsets[row] ?? 0;
    if (start + mostWholeDigits > this.bytes.length)
      this.bytes = larger(this.bytes, this.bytes.length * 2 + mostWholeDigits);
    const { bytes } = this;
    let digits = 1;
    for (let power = 10; power <= number; power *= 10) digits += 1;
    const end = start + digits;
    let at = end;
    let rest = number;
    for (; rest > mostSmall; at -= 1) {
      const tenth = Math.floor(rest / 10);
      bytes[at - 1] = 48 + (rest - tenth * 10);
      rest = tenth;
    }
    // Arithmetic of 32 bits is several times as fast.
    for (let small = rest | 0; at > start; at -= 1) {
      const tenth = (small / 10) | 0;
      bytes[at - 1] = 48 + small - tenth * 10;
      small = tenth;
    }
    this.offsets[row + 1] = end;
    if (this.valid !== null) this.valid[row] = 1;
  }

  /** Sets a text by a part of other bytes. */
  setBytes(row: number, source: Uint8Array, from: number, to: number): void {
    const start = this.offsets[row] ?? 0;
    const end = start + to - from;
    if (end > this.bytes.length) this.bytes = larger(this.bytes, Math.max(end, this.bytes.length * 2));
    copyBytes(source, from, to, this.bytes, start);
    this.offsets[row + 1] = end;
    if (this.valid !== null) this.valid[row] = 1;
  }

  setNull(row: number): void {
    this.offsets[row + 1] = this.offsets[row] ?? 0;
    if (this.valid !== null) this.valid[row] = 0;
  }

  /** The text of a row. */
  text(row: number): string {
    return this.#decoder().toString('utf8', this.offsets[row], this.offsets[row + 1]);
  }

  /** Bytes of the first rows' texts. */
  byteLength(length: number): number {
    return this.offsets[length] ?? 0;
  }

  /** Texts sort by their code units, but a column of nothing but whole numbers, such as trade ids, as numbers. */
  sortKeys(length: number): Float64Array {
    const numbers = this.#wholeNumbers(length);
    if (numbers !== null) return numbers;
    const texts = this.#texts(length);
    const ranks = new Map(sortedDistinct(texts).map((text, rank) => [text, rank]));
    return Float64Array.from(
      texts,
      (text) => (text === null ? undefined : ranks.get(text)) ?? Number.POSITIVE_INFINITY,
    );
  }

  /** The texts as numbers, nulls as infinity; null where one of them is something else. */
  #wholeNumbers(length: number): Float64Array | null {
    const { bytes, offsets } = this;
    const numbers = new Float64Array(length);
    for (let row = 0; row < length; row += 1) {
      const start = offsets[row] ?? 0;
      const end = offsets[row + 1] ?? 0;
      if (this.valid?.[row] === 0) {
        numbers[row] = Number.POSITIVE_INFINITY;
        continue;
      }
      if (start === end || end - start > mostDigits) return null;
      let number = 0;
      for (let at = start; at < end; at += 1) {
        const digit = (bytes[at] ?? 0) - 48;
        if (digit < 0 || digit > 9) return null;
        number = number * 10 + digit;
      }
      numbers[row] = number;
    }
    return numbers;
  }

  #texts(length: number): (string | null)[] {
    const decoder = this.#decoder();
    const texts: (string | null)[] = [];
    for (let row = 0; row < length; row += 1) {
      texts.push(this.valid?.[row] === 0 ? null : decoder.toString('utf8', this.offsets[row], this.offsets[row + 1]));
    }
    return texts;
  }

  /** The same bytes as a Buffer, which decodes short texts several times faster than TextDecoder. */
  #decoder(): Buffer {
    return Buffer.from(this.bytes.buffer);
  }

  /** @returns the number of bytes written. */
  #write(text: string, start: number): number {
    const { bytes } = this;
    if (text.length <= shortText) {
      let at = 0;
      for (; at < text.length; at += 1) {
        const unit = text.charCodeAt(at);
        if (unit > 0x7f) break;
        bytes[start + at] = unit;
      }
      if (at === text.length) return at;
    }
    return encoder.encodeInto(text, bytes.subarray(start)).written;
  }
}

function sortedDistinct(texts: readonly (string | null)[]): string[] {
  const found = new Set(texts);
  return [...found].filter((text) => text !== null).sort();
}
