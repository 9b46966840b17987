import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that listens. */
export interface Listening {
  /** Address that it listens on. */
  readonly host: string;
  readonly port: number;
  /** `http://host:port`. */
  readonly url: string;
  /** Ends it, and every connection to it, at once. */
  close(): Promise<void>;
}

/** The address can't be listened on; the message says which setting to change. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/**
 * Has a server listen where a section of the settings says; port 0 is any free one.
 * @throws ListenError when the address can't be listened on.
 */
export async function listening(
  server: Server,
  section: 'health' | 'api',
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Listening> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port, exclusive: true }, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    const explanation = explained(error, host, port);
    throw explanation === null ? error : new ListenError(`${section}.${explanation}`, { cause: error });
  }
  const bound = server.address() as AddressInfo;
  const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return {
    host: bound.address,
    port: bound.port,
    url: `http://${name}:${bound.port}`,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

/** The setting, and what to change. */
function explained(error: unknown, host: string, port: number): string | null {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return `port: port ${port} of ${host} is taken, perhaps by another instance; choose another, or 0 for any free one`;
    case 'EACCES':
      return `port: port ${port} is not for this user; choose one above 1023`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return `host: ${host} is no address of this machine; 127.0.0.1 serves this machine alone, 0.0.0.0 everyone`;
    default:
      return null;
  }
}
