import { WebSocket } from 'ws';
import type { Clock } from '../clock.ts';
import type { SocketExit } from '../proxy/agent.ts';
import { DeadlineError } from '../rest/send.ts';
import { readRefusal } from './upgrade-refusal.ts';

/** The largest message accepted, unpacked, in bytes. */
const maxMessageBytes = 64 * 1024 * 1024;

export interface OpenOptions {
  readonly url: string;
  readonly exit: SocketExit;
  readonly headers: Readonly<Record<string, string>>;
  /** From the first packet, through the proxy and TLS, to the upgraded connection, in milliseconds. */
  readonly handshakeMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** An open socket, and whether the host says that all it sends is simulated. */
export interface OpenedSocket {
  readonly socket: WebSocket;
  readonly simulated: boolean;
}

/**
 * Opens a WebSocket. It is handed over paused, so that nothing is missed before somebody listens.
 * @throws UpgradeRefused when the host answered otherwise; DeadlineError; ProxyError; an error of the system, of TLS or
 * of `ws`; the signal's reason.
 */
export async function openSocket(options: OpenOptions): Promise<OpenedSocket> {
  const { url, exit, headers, handshakeMs, clock, signal } = options;
  signal.throwIfAborted();
  const over = new AbortController();
  const failed = new AbortController();
  const agent = exit.agent(failed.signal);
  const { promise, resolve, reject } = Promise.withResolvers<OpenedSocket>();
  const socket = new WebSocket(url, {
    ...(agent === undefined ? {} : { agent }),
    headers: { 'user-agent': 'feedlake', ...headers },
    perMessageDeflate: true,
    maxPayload: maxMessageBytes,
    // A message that is no UTF-8 is skipped by its reader; here it would cost the connection.
    skipUTF8Validation: true,
  });
  socket.on('error', reject);
  let simulated = false;
  socket.once('upgrade', ({ headers: answer }) => {
    simulated = 'x-feedlake-simulated' in answer;
  });
  socket.once('open', () => {
    socket.pause();
    resolve({ socket, simulated });
  });
  socket.once('unexpected-response', (_request, response) => {
    readRefusal(response, clock).then(reject);
  });
  clock.delay(handshakeMs, over.signal).then(
    () => reject(new DeadlineError(`no WebSocket within ${handshakeMs} ms`)),
    () => {},
  );
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await promise;
  } catch (error) {
    socket.terminate();
    failed.abort();
    throw error;
  } finally {
    over.abort();
    signal.removeEventListener('abort', abort);
  }
}
