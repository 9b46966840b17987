import { type PayloadLine, streamed } from '../line.ts';
import { parseVerbatim } from '../verbatim.ts';

interface Entry {
  readonly localTimestamp: string;
  readonly message: unknown;
  readonly expected: readonly unknown[];
}

/** `[{i, localTimestamp, message, expected}]`, in the order of `i`. */
export function readTardis(text: string): PayloadLine[] {
  return (parseVerbatim(text) as Entry[]).map(({ localTimestamp, message, expected }) => ({
    ...streamed(JSON.stringify(message), localTimestamp),
    expected: JSON.parse(JSON.stringify(expected)),
  }));
}
