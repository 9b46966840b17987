import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a function answered to an event. */
export interface Answer {
  /** The value returned; for a streamed response, its body as a text. */
  readonly value: unknown;
  /** Status and headers of a streamed response. */
  readonly prelude: { readonly statusCode: number; readonly headers: Record<string, string> } | null;
  /** Milliseconds from the event's delivery to the end of the answer. */
  readonly ms: number;
  /** When the first byte of the answer came, by `performance.now()`. */
  readonly firstByteAt: number;
}

/** The function threw, or could not be loaded. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  readonly errorType: string;

  constructor({ errorType = 'Error', errorMessage = '' }: { errorType?: string; errorMessage?: string }) {
    super(errorMessage);
    this.errorType = errorType;
  }
}

interface Invocation {
  readonly id: string;
  readonly event: unknown;
  readonly timeoutMs: number;
  resolve(answer: Answer): void;
  reject(error: Error): void;
  delivered: number;
}

const path = /^\/2018-06-01\/runtime\/(?:init\/error|invocation\/(?:next|([^/]+)\/(response|error)))$/;
/** Stands between the head and the body of a streamed response. */
const separator = Buffer.alloc(8);

/**
 * The side of Lambda that runtimes talk to: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html. It hands out
 * events one by one and takes the answers.
 */
export class RuntimeApi {
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #queue: Invocation[] = [];
  readonly #waiting: ServerResponse[] = [];
  readonly #pending = new Map<string, Invocation>();
  #failure: FunctionError | null = null;

  /** Listens on loopback. @returns `host:port`, as runtimes want it */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Gives the function an event. @throws FunctionError when it throws, can't be loaded, or ends. */
  invoke(event: unknown, timeoutMs: number): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    if (this.#failure !== null) reject(this.#failure);
    else {
      this.#queue.push({ id: randomUUID(), event, timeoutMs, resolve, reject, delivered: 0 });
      this.#deliver();
    }
    return promise;
  }

  /** The runtime is gone: nothing that waits will be answered. */
  fail(error: FunctionError): void {
    this.#failure ??= error;
    for (const invocation of [...this.#queue.splice(0), ...this.#pending.values()]) invocation.reject(this.#failure);
    this.#pending.clear();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #deliver(): void {
    const response = this.#waiting[0];
    const invocation = this.#queue[0];
    if (response === undefined || invocation === undefined) return;
    this.#waiting.shift();
    this.#queue.shift();
    this.#pending.set(invocation.id, invocation);
    invocation.delivered = performance.now();
    response.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': invocation.id,
      'lambda-runtime-deadline-ms': String(Date.now() + invocation.timeoutMs),
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:ap-northeast-1:123456789012:function:feedlake-test',
      'lambda-runtime-trace-id': 'Root=1-00000000-000000000000000000000000;Sampled=0',
    });
    response.end(JSON.stringify(invocation.event));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts = path.exec(request.url ?? '');
    if (parts === null) {
      response.writeHead(404).end();
      return;
    }
    const [, id, kind] = parts;
    if (request.method === 'GET') {
      this.#waiting.push(response);
      this.#deliver();
      return;
    }
    const chunks: Buffer[] = [];
    let firstByteAt = 0;
    try {
      for await (const chunk of request) {
        if (chunks.length === 0) firstByteAt = performance.now();
        chunks.push(chunk as Buffer);
      }
    } catch {
      // Whoever reads a function's URL sees its connection end just like this.
      const cut = new FunctionError({ errorType: 'CutResponse', errorMessage: 'the response broke off' });
      this.#pending.get(id ?? '')?.reject(cut);
      this.#pending.delete(id ?? '');
      return;
    }
    const body = Buffer.concat(chunks);
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
    const invocation = this.#pending.get(id ?? '');
    if (id === undefined) this.fail(new FunctionError(JSON.parse(body.toString())));
    else if (kind === 'error') invocation?.reject(new FunctionError(JSON.parse(body.toString())));
    else if (invocation !== undefined) settle(invocation, () => read(request, body, invocation.delivered, firstByteAt));
    this.#pending.delete(id ?? '');
  }
}

function settle({ resolve, reject }: Invocation, answer: () => Answer): void {
  try {
    resolve(answer());
  } catch (error) {
    reject(error as Error);
  }
}

function read(request: IncomingMessage, body: Buffer, delivered: number, firstByteAt: number): Answer {
  const common = { ms: performance.now() - delivered, firstByteAt };
  if (request.headers['lambda-runtime-function-response-mode'] !== 'streaming') {
    return { value: body.length === 0 ? null : JSON.parse(body.toString()), prelude: null, ...common };
  }
  // An error in the middle of a stream comes in trailers.
  const trailer = request.trailers['lambda-runtime-function-error-body'];
  if (trailer !== undefined) throw new FunctionError(JSON.parse(Buffer.from(trailer, 'base64').toString()));
  const end = body.indexOf(separator);
  if (end === -1) return { value: body.toString(), prelude: null, ...common };
  return {
    value: body.subarray(end + separator.length).toString(),
    prelude: JSON.parse(body.subarray(0, end).toString()),
    ...common,
  };
}
