import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { Certificate } from './certificates.ts';

/** A port on loopback that speaks TLS before a server that does not. */
export interface TlsFront extends AsyncDisposable {
  readonly port: number;
  /** The callers' addresses, one for each TCP connection, whatever came of it. */
  readonly callers: (string | undefined)[];
}

/** @param port of the server behind, on 127.0.0.1 */
export async function startTlsFront(port: number, certificate: Certificate): Promise<TlsFront> {
  const callers: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ ...certificate }, (secure) => {
    const behind = connect(port, '127.0.0.1');
    secure.pipe(behind).pipe(secure);
    secure.on('error', () => behind.destroy());
    behind.on('error', () => secure.destroy());
    secure.on('close', () => behind.destroy());
    behind.on('close', () => secure.destroy());
  });
  server.on('connection', (socket: Socket) => {
    callers.push(socket.remoteAddress);
    sockets.add(socket);
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    callers,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
