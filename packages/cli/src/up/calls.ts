import type { MessagePort, Worker } from 'node:worker_threads';

/** Calls from one thread to another: what is called is plain data in and out. */

interface Call {
  readonly kind: 'call';
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Result {
  readonly kind: 'result';
  readonly id: number;
  readonly value?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
}

/** What can be called, by name. */
export type Handlers = Readonly<Record<string, (argument: never) => unknown>>;

/** Answers the calls that come from a thread. Errors are told by name and message. */
export function answerCalls(from: Worker, handlers: Handlers): void {
  from.on('message', async (message: Call) => {
    if (message.kind !== 'call') return;
    const { id, name, argument } = message;
    try {
      const value = await handlers[name]?.(argument as never);
      from.postMessage({ kind: 'result', id, value } satisfies Result);
    } catch (error) {
      const plain = error instanceof Error ? error : new Error(String(error));
      const told = { name: plain.name, message: plain.message };
      from.postMessage({ kind: 'result', id, error: told } satisfies Result);
    }
  });
}

/** Calls what the other side answers. */
export class Caller {
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, (result: Result) => void>();
  #last = 0;

  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', (message: Result) => {
      if (message.kind !== 'result') return;
      this.#waiting.get(message.id)?.(message);
      this.#waiting.delete(message.id);
    });
  }

  /** @throws an error with the name and the message of the one that was thrown there. */
  async call<Value>(name: string, argument?: unknown): Promise<Value> {
    const id = ++this.#last;
    const result = await new Promise<Result>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#port.postMessage({ kind: 'call', id, name, argument } satisfies Call);
    });
    if (result.error === undefined) return result.value as Value;
    const error = new Error(result.error.message);
    error.name = result.error.name;
    throw error;
  }
}
