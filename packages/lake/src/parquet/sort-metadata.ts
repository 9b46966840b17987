/**
 * Puts the key-value metadata of a Parquet file into the order of its keys, in place. The encoder keeps it in a hash map
 * whose order is another one each time, and the same rows are to make the same bytes.
 *
 * The footer is a `FileMetaData` in Thrift's compact protocol, in front of its length (4 bytes) and `PAR1` (Parquet
 * format specification, "Metadata"; Thrift, "Compact protocol encoding").
 * @returns how many rows the file has by its footer.
 * @throws RangeError when it has no footer.
 */
export function sortMetadata(file: Uint8Array): number {
  const length = new DataView(file.buffer, file.byteOffset).getUint32(file.length - 8, true);
  const footer = new CompactReader(file.subarray(file.length - 8 - length, file.length - 8));
  let rows = 0;
  for (const { id, type } of footer.fields()) {
    if (id === keyValueMetadata) sortPairs(footer);
    else if (id === rowCount) rows = footer.integer();
    else footer.skip(type);
  }
  return rows;
}

/** Numbers of fields: of `FileMetaData`, and of `KeyValue`. */
const rowCount = 3;
const keyValueMetadata = 5;
const key = 1;

/** Type codes of the protocol. */
const types = {
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  map: 11,
  struct: 12,
};

function sortPairs(footer: CompactReader): void {
  const { size } = footer.listHead();
  const start = footer.place;
  const pairs = Array.from({ length: size }, () => {
    const from = footer.place;
    let name = '';
    for (const { id, type } of footer.fields()) {
      if (id === key) name = footer.text();
      else footer.skip(type);
    }
    return { name, bytes: Uint8Array.from(footer.bytes.subarray(from, footer.place)) };
  });
  pairs.sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
  let place = start;
  for (const { bytes } of pairs) {
    footer.bytes.set(bytes, place);
    place += bytes.length;
  }
}

/** Walks over values in Thrift's compact protocol. */
class CompactReader {
  readonly bytes: Uint8Array;
  place = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** The fields of a struct; the value of each is to be read or skipped before the next. */
  *fields(): Generator<{ readonly id: number; readonly type: number }> {
    let id = 0;
    for (let head = this.#byte(); head !== 0; head = this.#byte()) {
      const delta = head >> 4;
      if (delta === 0) id = this.integer();
      else id += delta;
      yield { id, type: head & 0x0f };
    }
  }

  listHead(): { readonly size: number; readonly type: number } {
    const head = this.#byte();
    const short = head >> 4;
    return { size: short === 0x0f ? this.#varint() : short, type: head & 0x0f };
  }

  integer(): number {
    const zigzag = this.#varint();
    return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
  }

  text(): string {
    const length = this.#varint();
    this.place += length;
    return Buffer.from(this.bytes.subarray(this.place - length, this.place)).toString();
  }

  skip(type: number): void {
    switch (type) {
      case types.true:
      case types.false:
        return;
      case types.byte:
        this.#skipBytes(1);
        return;
      case types.i16:
      case types.i32:
      case types.i64:
        this.#varint();
        return;
      case types.double:
        this.#skipBytes(8);
        return;
      case types.binary:
        this.#skipBytes(this.#varint());
        return;
      case types.list:
      case types.set:
        this.#skipList();
        return;
      case types.map:
        this.#skipMap();
        return;
      case types.struct:
        for (const field of this.fields()) this.skip(field.type);
        return;
      default:
        throw new RangeError(`type ${type} in a Parquet footer`);
    }
  }

  #skipBytes(count: number): void {
    this.place += count;
  }

  #skipList(): void {
    const { size, type } = this.listHead();
    for (let index = 0; index < size; index += 1) this.#skipElement(type);
  }

  #skipMap(): void {
    const size = this.#varint();
    const pair = size === 0 ? 0 : this.#byte();
    for (let index = 0; index < size; index += 1) {
      this.#skipElement(pair >> 4);
      this.#skipElement(pair & 0x0f);
    }
  }

  /** Other than in a field, a flag takes a byte. */
  #skipElement(type: number): void {
    this.skip(type === types.true || type === types.false ? types.byte : type);
  }

  #byte(): number {
    const byte = this.bytes[this.place];
    if (byte === undefined) throw new RangeError('a Parquet footer that is cut off');
    this.place += 1;
    return byte;
  }

  #varint(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
  }
}
