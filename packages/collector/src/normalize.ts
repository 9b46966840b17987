import { type ExchangeAdapter, Mapping, Reference, replyMapperFor } from '@feedlake/exchanges';
import { now, parseIsoTime, parseJson } from '@feedlake/schema';
import type { RestRequest } from '@feedlake/transport';
import { RowBuffer, type TaggedRow } from './row-buffer.ts';

/** What one line became. */
export interface NormalizedLine {
  readonly rows: readonly TaggedRow[];
  /** Why something in it is no row, one reason each. */
  readonly rejected: readonly string[];
  /** What was understood and holds no rows: acks, pongs, other products. */
  readonly ignored: readonly string[];
}

/**
 * Maps captured messages of one venue, a line each, as the collector would: WebSocket messages, or bodies of replies
 * where a request is given. Each message is mapped by itself; only what needs earlier messages (Bybit's ticker
 * deltas) keeps state from line to line.
 */
export class Normalizer {
  readonly #adapter: ExchangeAdapter;
  readonly #request: RestRequest | null;
  readonly #reference = new Reference();

  /** @throws RangeError when the adapter has no mapper for the replies to this request. */
  constructor(adapter: ExchangeAdapter, request: Pick<RestRequest, 'method' | 'path' | 'body'> | null) {
    if (request !== null && replyMapperFor(adapter, request) === null) {
      throw new RangeError(`${adapter.id}: no mapper for replies to ${request.method} ${request.path}`);
    }
    this.#adapter = adapter;
    this.#request = request === null ? null : { ...request, costs: {} };
  }

  /** Maps one line: a message, or `{"ts_recv": ISO text or µs, "message": …}`. Never throws on bad input. */
  line(text: string): NormalizedLine {
    const buffer = new RowBuffer();
    try {
      this.#map(unwrap(parseJson(text)), buffer);
    } catch (error) {
      buffer.reject(error instanceof SyntaxError ? `not JSON: ${error.message}` : (error as Error).message);
    }
    return buffer;
  }

  #map({ message, received, receivedIsGuess }: Captured, buffer: RowBuffer): void {
    const mapping = new Mapping(
      {
        exchange: this.#adapter.id,
        received,
        receivedIsGuess,
        source: this.#request === null ? 'live' : 'rest',
        request: this.#request,
        reference: this.#reference,
        symbolOf: this.#adapter.symbolOf,
      },
      buffer,
    );
    if (this.#request === null) {
      this.#adapter.message(message, mapping);
      return;
    }
    const fault = this.#adapter.rest.fault(
      { status: 200, headers: {}, text: '', value: message, received },
      this.#request,
    );
    if (fault !== null) buffer.reject(`${fault.kind}: ${fault.message}`);
    else replyMapperFor(this.#adapter, this.#request)?.map(message, mapping);
  }
}

interface Captured {
  readonly message: unknown;
  readonly received: number;
  readonly receivedIsGuess: boolean;
}

function unwrap(value: unknown): Captured {
  if (typeof value !== 'object' || value === null || !('ts_recv' in value) || !('message' in value)) {
    return { message: value, received: now(), receivedIsGuess: true };
  }
  const { ts_recv, message } = value;
  const received = typeof ts_recv === 'string' ? parseIsoTime(ts_recv) : ts_recv;
  if (!Number.isSafeInteger(received)) throw new RangeError(`ts_recv is no time: ${JSON.stringify(ts_recv)}`);
  const text = typeof message === 'string' ? parseJson(message) : message;
  return { message: text, received: received as number, receivedIsGuess: false };
}
