/**
 * The message that is being scanned. It is copied to a place that never changes: V8 then reads one byte of it, or four,
 * with a single instruction. Zeros follow it, at which every scan stops, so that nothing has to mind its length.
 *
 * Functions named `scan…` take the position where something should begin and give the one behind it, or
 * {@link nowhere}. They can be chained without looking in between, as nothing is found there. There is one message at a
 * time: whoever takes rows must not scan another meanwhile.
 *
 * Modules of this folder take the parts of {@link message} as constants of their own: V8 compiles those into the code,
 * whereas it looks up what is imported at every use.
 */

const capacity = 1 << 20;
const padding = 8;

const bytes = new Uint8Array(capacity + 2 * padding);

export const message = { bytes, view: new DataView(bytes.buffer) };

const { view } = message;

/** The position of a scan that did not find what it looked for. */
export const nowhere = capacity + padding;

/** Puts a message in place; its first byte is at 0. Gives false for one of more than a MiB, which is not taken. */
export function place(data: Uint8Array): boolean {
  const { length } = data;
  if (length > capacity) return false;
  bytes.set(data);
  view.setInt32(length, 0);
  view.setInt32(length + 4, 0);
  return true;
}

/** The byte at a position; 0 behind the message. */
export function byteAt(at: number): number {
  return bytes[at] as number;
}

/** Scans one certain byte. */
export function scanByte(at: number, byte: number): number {
  return bytes[at] === byte ? at + 1 : nowhere;
}

/** Four ASCII characters as the view gives them. */
export function word(text: string): number {
  return Buffer.from(text, 'latin1').readInt32LE();
}
