import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A proxy on loopback that keeps book of what went through it. */
export interface TestProxy extends AsyncDisposable {
  readonly port: number;
  /** What callers asked to be connected to, as `host:port`. */
  readonly targets: string[];
  /** Our own ports towards the targets: a target that sees another port was reached past the proxy. */
  readonly outgoing: (number | undefined)[];
  /** Names that only this proxy knows, all on loopback. */
  readonly names: Map<string, number>;
  /** Ends all connections and refuses new ones. */
  down(): Promise<void>;
  /** Serves again, on the same port. */
  up(): Promise<void>;
}

export interface Login {
  readonly user: string;
  readonly password: string;
}

type Tunnel = (host: string, port: number, connected: (target: Socket) => void, failed: () => void) => void;

/** An HTTP proxy that knows CONNECT and nothing else (RFC 9110, section 9.3.6). */
export function startHttpProxy(login?: Login): Promise<TestProxy> {
  return start((tunnel) => {
    const server = createHttpServer((_request, response) => response.writeHead(405).end());
    server.on('connect', (request, socket: Socket) => {
      const expected = login && `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
      if (expected !== undefined && request.headers['proxy-authorization'] !== expected) {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
        return;
      }
      const [host = '', port = ''] = (request.url ?? '').split(':');
      const connected = (target: Socket) => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        join(socket, target);
      };
      tunnel(host, Number(port), connected, () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    });
    return server;
  });
}

/**
 * A SOCKS proxy: version 5 (RFC 1928, users by RFC 1929), and versions 4 and 4a, where the user is the login's.
 * @param from the address that it calls from
 */
export function startSocksProxy(login?: Login, from = '127.0.0.1'): Promise<TestProxy> {
  const make = (tunnel: Tunnel) =>
    createServer((socket) => {
      const read = reader(socket);
      const serve = async () => {
        const [version = 0, count = 0] = await read(2);
        if (version === 5) await socks5(socket, read, count, tunnel, login);
        else await socks4(socket, read, tunnel, login);
      };
      serve().catch(() => socket.destroy());
    });
  return start(make, from);
}

/** A port that takes connections and says nothing, or what it is told to once something was sent to it. */
export async function startSilence(
  answer: (socket: Socket) => void = () => {},
): Promise<AsyncDisposable & { port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('data', () => answer(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Read = (bytes: number) => Promise<Buffer>;

async function socks5(socket: Socket, read: Read, methods: number, tunnel: Tunnel, login?: Login): Promise<void> {
  const offered = await read(methods);
  const method = login === undefined ? 0 : 2;
  if (!offered.includes(method)) {
    socket.end(Buffer.of(5, 255));
    return;
  }
  socket.write(Buffer.of(5, method));
  if (login !== undefined) {
    const user = String(await read((await read(2))[1] ?? 0));
    const password = String(await read((await read(1))[0] ?? 0));
    const known = user === login.user && password === login.password;
    socket.write(Buffer.of(1, known ? 0 : 1));
    if (!known) {
      socket.end();
      return;
    }
  }
  const [, , , type = 0] = await read(4);
  const host = type === 1 ? (await read(4)).join('.') : String(await read((await read(1))[0] ?? 0));
  const port = (await read(2)).readUInt16BE();
  const answer = (code: number) => Buffer.of(5, code, 0, 1, 0, 0, 0, 0, 0, 0);
  const connected = (target: Socket) => {
    socket.write(answer(0));
    join(socket, target);
  };
  tunnel(host, port, connected, () => socket.end(answer(5)));
}

async function socks4(socket: Socket, read: Read, tunnel: Tunnel, login?: Login): Promise<void> {
  const port = (await read(2)).readUInt16BE();
  const address = await read(4);
  const user = await untilZero(read);
  const named = address[0] === 0 && address[1] === 0 && address[2] === 0;
  const host = named ? await untilZero(read) : address.join('.');
  const answer = (code: number) => Buffer.of(0, code, 0, 0, 0, 0, 0, 0);
  if (login !== undefined && user !== login.user) {
    socket.end(answer(93));
    return;
  }
  const connected = (target: Socket) => {
    socket.write(answer(90));
    join(socket, target);
  };
  tunnel(host, port, connected, () => socket.end(answer(91)));
}

async function untilZero(read: Read): Promise<string> {
  const bytes: number[] = [];
  for (;;) {
    const [byte = 0] = await read(1);
    if (byte === 0) return String(Buffer.from(bytes));
    bytes.push(byte);
  }
}

/** Reads exactly so many bytes, leaving the rest in the socket. */
function reader(socket: Socket): Read {
  return async (bytes) => {
    for (;;) {
      if (bytes === 0) return Buffer.alloc(0);
      const chunk: Buffer | null = socket.read(bytes);
      if (chunk !== null) return chunk;
      await new Promise<void>((resolve, reject) => {
        socket.once('readable', resolve);
        socket.once('close', () => reject(new Error('closed')));
      });
    }
  };
}

function join(left: Socket, right: Socket): void {
  left.pipe(right);
  right.pipe(left);
  left.on('error', () => right.destroy());
  right.on('error', () => left.destroy());
  left.on('close', () => right.destroy());
  right.on('close', () => left.destroy());
}

async function start(make: (tunnel: Tunnel) => Server, localAddress = '127.0.0.1'): Promise<TestProxy> {
  const targets: string[] = [];
  const outgoing: (number | undefined)[] = [];
  const names = new Map<string, number>();
  const sockets = new Set<Socket>();
  const server = make((host, port, connected, failed) => {
    targets.push(`${host}:${port}`);
    const target = connect({ port: names.get(host) ?? port, host: '127.0.0.1', localAddress });
    target.once('connect', () => {
      outgoing.push(target.localPort);
      connected(target);
    });
    target.once('error', failed);
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const down = async () => {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    await closed;
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    down,
    up: () => listen(port),
    [Symbol.asyncDispose]: down,
    targets,
    outgoing,
    names,
  };
}
