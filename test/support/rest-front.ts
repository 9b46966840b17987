import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/**
 * A server before another one that answers some requests itself: with the JSON that is given for them, undefined = not.
 * What the other one says can be changed on its way. It ends with the test.
 * @returns its base URL.
 */
export async function startRestFront(
  behind: string,
  answer: (target: string, body: string) => unknown,
  change: (target: string, reply: string) => string = (_target, reply) => reply,
): Promise<string> {
  const server = createServer((request, response) => {
    const serve = async () => {
      const target = request.url ?? '';
      const body = await text(request);
      const own = answer(target, body);
      if (own !== undefined) {
        response.writeHead(200, { 'content-type': 'application/json', 'x-feedlake-simulated': '1' });
        response.end(JSON.stringify(own));
        return;
      }
      const reply = await pass(behind, request, body);
      response.writeHead(reply.status, {
        'content-type': reply.headers.get('content-type') ?? '',
        'x-feedlake-simulated': '1',
      });
      response.end(change(target, await reply.text()));
    };
    serve().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function pass(behind: string, { method = 'GET', url = '', headers }: IncomingMessage, body: string) {
  const type = headers['content-type'];
  return fetch(`${behind}${url}`, {
    method,
    ...(type !== undefined && { headers: { 'content-type': type } }),
    ...(method !== 'GET' && { body }),
  });
}
