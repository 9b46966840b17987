import type { Fact } from '@feedlake/lake';
import type { StreamEnd } from '../http/environment.ts';

export interface RowStreamOptions {
  readonly pieces: AsyncIterable<readonly Fact[]>;
  readonly encode: (pieces: AsyncIterable<readonly Fact[]>) => AsyncGenerator<Uint8Array>;
  /** Ends the reading. */
  readonly abort: (reason: Error) => void;
  /** Breaks the connection off, where that can be done; otherwise the body ends with the error. */
  readonly breakOff: (() => void) | undefined;
  /** So long an answer that nobody takes may be in the way of others, in milliseconds. */
  readonly patienceMs: number;
  /** Whether others wait. */
  readonly isInTheWay: () => boolean;
  /** Called once, when nothing is read any more. */
  readonly onEnd: (end: StreamEnd, error: unknown) => void;
}

/**
 * The body of an answer, read as fast as the client takes it. When the client goes away, reading ends; when reading fails,
 * so does the body: an answer that breaks off never looks whole. It is broken off as well while nobody takes it and others
 * wait.
 */
export function rowStream(options: RowStreamOptions): ReadableStream<Uint8Array> {
  const { pieces, encode, abort, breakOff, patienceMs, isInTheWay, onEnd } = options;
  let rows = 0;
  let bytes = 0;
  let isOver = false;
  let idle: NodeJS.Timeout | undefined;
  const end = (outcome: StreamEnd['outcome'], error: unknown = null) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(idle);
    onEnd({ outcome, rows, bytes }, error);
  };
  const counted = async function* () {
    for await (const facts of pieces) {
      rows += facts.length;
      yield facts;
    }
  };
  const chunks = encode(counted());
  const fail = (controller: ReadableStreamDefaultController, outcome: 'aborted' | 'failed', error: unknown) => {
    end(outcome, error);
    if (breakOff === undefined) controller.error(error);
    else breakOff();
  };
  const untilTaken = (controller: ReadableStreamDefaultController) => {
    idle = setTimeout(() => {
      if (!isInTheWay()) return untilTaken(controller);
      const error = new Error('nobody took it while others waited');
      abort(error);
      fail(controller, 'aborted', error);
      void chunks.return(undefined).catch(() => undefined);
    }, patienceMs).unref();
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        clearTimeout(idle);
        try {
          const { done, value } = await chunks.next();
          if (done === true) {
            controller.close();
            end('complete');
            return;
          }
          bytes += value.length;
          controller.enqueue(value);
          if (!isOver) untilTaken(controller);
        } catch (error) {
          fail(controller, 'failed', error);
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
