/** Beyond so many different ranges nothing is remembered any more: a venue can't fill the memory with names. */
const mostEntries = 65_536;

interface Entry<Value> {
  readonly hash: number;
  readonly bytes: Uint8Array;
  readonly value: Value;
}

/**
 * Gives the same value for the same bytes without making a text of them: what stands in a range of a message is looked
 * up by its bytes, and only what was never seen before is decoded. For names that come with every message.
 */
export class Interner<Value> {
  readonly #make: (text: string) => Value;
  #slots: (Entry<Value> | undefined)[] = new Array(256).fill(undefined);
  #size = 0;

  /** @param make gives the value for a text; called once for each, with what it throws passed on. */
  constructor(make: (text: string) => Value) {
    this.#make = make;
  }

  /** The value for the bytes `[start, end)`, which are UTF-8. */
  get(data: Buffer, start: number, end: number): Value {
    let hash = 0x811c9dc5;
    // FNV-1a.
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (data[at] as number), 0x01000193);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot];
      if (entry === undefined) return this.#add(hash, data.subarray(start, end));
      if (entry.hash === hash && isSame(entry.bytes, data, start, end)) return entry.value;
    }
  }

  #add(hash: number, range: Buffer): Value {
    const value = this.#make(range.toString());
    if (this.#size >= mostEntries) return value;
    this.#size++;
    if (this.#size * 2 > this.#slots.length) this.#grow();
    this.#put({ hash, bytes: Uint8Array.from(range), value });
    return value;
  }

  #grow(): void {
    const entries = this.#slots;
    this.#slots = new Array(entries.length * 2).fill(undefined);
    for (const entry of entries) if (entry !== undefined) this.#put(entry);
  }

  #put(entry: Entry<Value>): void {
    const mask = this.#slots.length - 1;
    let slot = entry.hash & mask;
    while (this.#slots[slot] !== undefined) slot = (slot + 1) & mask;
    this.#slots[slot] = entry;
  }
}

function isSame(bytes: Uint8Array, data: Buffer, start: number, end: number): boolean {
  if (bytes.length !== end - start) return false;
  for (let at = 0; at < bytes.length; at++) if (bytes[at] !== data[start + at]) return false;
  return true;
}
