import type { Fact } from '@feedlake/lake';
import type { StreamEnd } from '../http/environment.ts';

export interface RowStreamOptions {
  readonly pieces: AsyncIterable<readonly Fact[]>;
  readonly encode: (pieces: AsyncIterable<readonly Fact[]>) => AsyncGenerator<Uint8Array>;
  /** Ends the reading. */
  readonly abort: (reason: Error) => void;
  /** Breaks the connection off, where that can be done; otherwise the body ends with the error. */
  readonly breakOff: (() => void) | undefined;
  /** Called once, when nothing is read any more. */
  readonly onEnd: (end: StreamEnd, error: unknown) => void;
}

/**
 * The body of an answer, read as fast as the client takes it. When the client goes away, reading ends; when reading fails,
 * so does the body: an answer that breaks off never looks whole.
 */
export function rowStream({ pieces, encode, abort, breakOff, onEnd }: RowStreamOptions): ReadableStream<Uint8Array> {
  let rows = 0;
  let bytes = 0;
  let isOver = false;
  const end = (outcome: StreamEnd['outcome'], error: unknown = null) => {
    if (isOver) return;
    isOver = true;
    onEnd({ outcome, rows, bytes }, error);
  };
  const counted = async function* () {
    for await (const facts of pieces) {
      rows += facts.length;
      yield facts;
    }
  };
  const chunks = encode(counted());
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await chunks.next();
          if (done === true) {
            controller.close();
            end('complete');
            return;
          }
          bytes += value.length;
          controller.enqueue(value);
        } catch (error) {
          end('failed', error);
          if (breakOff === undefined) controller.error(error);
          else breakOff();
        }
      },
      async cancel() {
        abort(new Error('the client has gone'));
        end('aborted');
        await chunks.return(undefined).catch(() => undefined);
      },
    },
    { highWaterMark: 1 },
  );
}
