import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A venue on loopback. */
export interface Venue extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Paths with query, in the order they came. */
  readonly seen: string[];
  /** The callers' ports, one per request. */
  readonly callers: (number | undefined)[];
}

export type Answer = (response: ServerResponse, request: IncomingMessage, count: number) => void;

/** Starts a venue that gives the same kind of answer to every request; `count` is 1 for the first. */
export async function startVenue(answer: Answer): Promise<Venue> {
  const seen: string[] = [];
  const callers: (number | undefined)[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    seen.push(request.url ?? '');
    callers.push(request.socket.remotePort);
    answer(response, request, seen.length);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    seen,
    callers,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Answers with a web page. */
export function page(response: ServerResponse, title: string, status = 200): void {
  response.writeHead(status, { 'content-type': 'text/html' }).end(`<html><title>${title}</title><body>…</body></html>`);
}
