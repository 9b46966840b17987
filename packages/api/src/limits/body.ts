import type { MiddlewareHandler } from 'hono';
import type { ApiEnvironment } from '../http/environment.ts';
import { ProblemError } from '../http/problem.ts';

/** Reads the body of a request, up to so many bytes; whatever it says its length is. */
export function limitedBody(mostBytes: number): MiddlewareHandler<ApiEnvironment> {
  return async (context, next) => {
    const { method, raw, bodyCache } = context.req;
    if (method === 'POST') {
      if (Number(context.req.header('content-length') ?? 0) > mostBytes) throw tooLarge(mostBytes);
      // Where Hono keeps what was read, as promises.
      Object.assign(bodyCache, { arrayBuffer: Promise.resolve(await bytesOf(raw.body, mostBytes)) });
    }
    await next();
  };
}

async function bytesOf(body: ReadableStream<Uint8Array> | null, mostBytes: number): Promise<ArrayBuffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (body !== null) {
    // Leaving the loop cancels the body.
    for await (const chunk of body) {
      length += chunk.length;
      if (length > mostBytes) throw tooLarge(mostBytes);
      chunks.push(chunk);
    }
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes.buffer;
}

function tooLarge(mostBytes: number): ProblemError {
  return new ProblemError('too-large', { errors: [{ field: 'body', message: `longer than ${mostBytes} bytes` }] });
}
