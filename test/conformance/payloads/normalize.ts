import { type NormalizedLine, Normalizer } from '@feedlake/collector';
import { type ExchangeAdapter, replyMapperFor } from '@feedlake/exchanges';
import type { PayloadLine } from './line.ts';

/** What a line became; null when the adapter has no mapper for the replies to its request. */
export interface Outcome {
  readonly line: PayloadLine;
  readonly result: NormalizedLine | null;
}

/** Maps the lines of one file the way `feedlake normalize` does: the stream's messages one after another, each reply by itself. */
export function normalizeLines(adapter: ExchangeAdapter, lines: readonly PayloadLine[]): Outcome[] {
  const stream = new Normalizer(adapter, null);
  return lines.map((line) => {
    if (line.request === null) return { line, result: stream.line(wrapped(line)) };
    if (replyMapperFor(adapter, line.request) === null) return { line, result: null };
    return { line, result: new Normalizer(adapter, line.request).line(wrapped(line)) };
  });
}

/** `{"ts_recv", "message"}` around the text as it is, where the receipt time is known. */
function wrapped(line: PayloadLine): string {
  return line.received === null ? line.text : `{"ts_recv":"${line.received}","message":${line.text}}`;
}
