import { type NormalizedLine, Normalizer } from '@feedlake/collector';
import { type ExchangeAdapter, replyMapperFor } from '@feedlake/exchanges';
import type { PayloadLine, RestCall } from './line.ts';

/** What a line became. */
export interface Outcome {
  readonly line: PayloadLine;
  /** All that its rows may draw on: its text, and what came before where a venue sends changes alone. */
  readonly told: string;
  /** Null when the adapter has no mapper for the replies to its request. */
  readonly result: NormalizedLine | null;
}

/** Maps the lines of one file the way `feedlake normalize` does: the stream's messages one after another, each reply by itself. */
export function normalizeLines(adapter: ExchangeAdapter, lines: readonly PayloadLine[]): Outcome[] {
  const stream = new Normalizer(adapter, null);
  const toldBefore = new Map<string, string>();
  return lines.map((line) => {
    if (line.request !== null) return { line, told: line.text, result: normalizeReply(adapter, line, line.request) };
    const topic = mergedTopic(line.text);
    const told = topic === null ? line.text : `${toldBefore.get(topic) ?? ''}${line.text}\n`;
    if (topic !== null) toldBefore.set(topic, told);
    return { line, told, result: stream.line(wrapped(line)) };
  });
}

function normalizeReply(adapter: ExchangeAdapter, line: PayloadLine, request: RestCall): NormalizedLine | null {
  return replyMapperFor(adapter, request) === null ? null : new Normalizer(adapter, request).line(wrapped(line));
}

/** Bybit's tickers are the only stream whose rows hold values of earlier messages. */
function mergedTopic(text: string): string | null {
  return /"topic":\s*"(tickers\.[^"]+)"/.exec(text)?.[1] ?? null;
}

/** `{"ts_recv", "message"}` around the text as it is, where the receipt time is known. */
function wrapped(line: PayloadLine): string {
  return line.received === null ? line.text : `{"ts_recv":"${line.received}","message":${line.text}}`;
}
