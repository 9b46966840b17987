/**
 * The message that is being scanned. It is copied to one fixed place: V8 compiles reads from a buffer that never
 * changes into single instructions, of one byte or of four, and a message ends there in zeros, at which every scan
 * stops; so nothing has to be compared with its length.
 *
 * Functions named `scan…` take the position where something should begin, and give the one after it, or
 * {@link nowhere}. What they read is asked for afterwards, since a function that returns a fraction allocates.
 */

const capacity = 1 << 20;

/** Zeros that follow a message. */
const padding = 8;

const bytes = new Uint8Array(capacity + 2 * padding);
const view = new DataView(bytes.buffer);

/** Where a scan ends that did not find what it should. There are zeros there, so that no other scan leads on. */
export const nowhere = capacity + padding;

/** Puts a message in place: it begins at 0. Longer ones than a MiB are not taken. */
export function place(data: Uint8Array): boolean {
  const { length } = data;
  if (length > capacity) return false;
  bytes.set(data);
  view.setInt32(length, 0);
  view.setInt32(length + 4, 0);
  return true;
}

/** The byte at a position. */
export function byteAt(at: number): number {
  return bytes[at] as number;
}

/** The four bytes from a position on, as {@link word} gives those of a text. */
export function wordAt(at: number): number {
  return view.getInt32(at, true);
}

/** Four ASCII characters as a number. */
export function word(text: string): number {
  return Buffer.from(text, 'latin1').readInt32LE();
}
