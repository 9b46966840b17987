import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP relay on loopback that does to the bytes what bad networks do. */
export interface FaultProxy extends AsyncDisposable {
  readonly port: number;
  /** Connections so far. */
  readonly accepted: number;
  /** Bytes that came from the target. */
  readonly bytes: number;
  /** From now on nothing gets through, either way, while all connections stay open: what a lost peer looks like. */
  freeze(): void;
  thaw(): void;
  /** From now on what the target answers is swallowed, while it hears everything. */
  mute(): void;
  /** Ends that: connections whose answers were swallowed are reset. */
  speak(): void;
  /** Resets all connections (RST). */
  reset(): void;
  /** Bytes are passed on one by one. */
  shred(): void;
  /** Accepts nothing more; what is open stays. */
  refuse(): Promise<void>;
}

/** @param target port on loopback that everything is relayed to */
export async function startFaultProxy(target: number): Promise<FaultProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let frozen = false;
  let shredded = false;
  let muted = false;
  let accepted = 0;
  let bytes = 0;
  const pass = (from: Socket, to: Socket, isMuted: () => boolean = () => false) => {
    from.on('data', (chunk: Buffer) => {
      if (frozen || isMuted()) return;
      if (!shredded) to.write(chunk);
      else for (const byte of chunk) to.write(Buffer.of(byte));
    });
    from.on('end', () => {
      if (!frozen) to.end();
    });
    from.on('error', () => {});
    from.on('close', () => {
      if (!frozen) to.destroy();
    });
  };
  const server = createServer((near) => {
    accepted++;
    const far = connect(target, '127.0.0.1');
    near.setNoDelay();
    far.setNoDelay();
    pairs.add([near, far]);
    far.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    pass(near, far);
    pass(far, near, () => muted);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let closed: Promise<void> | null = null;
  const close = () => {
    closed ??= new Promise((resolve) => server.close(() => resolve()));
    return closed;
  };
  const reset = () => {
    for (const [near, far] of pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
    pairs.clear();
  };
  return {
    port: (server.address() as AddressInfo).port,
    get accepted() {
      return accepted;
    },
    get bytes() {
      return bytes;
    },
    freeze() {
      frozen = true;
    },
    thaw() {
      frozen = false;
    },
    mute() {
      muted = true;
    },
    speak() {
      muted = false;
      reset();
    },
    reset,
    shred() {
      shredded = true;
    },
    async refuse() {
      void close();
      await new Promise(setImmediate);
    },
    async [Symbol.asyncDispose]() {
      for (const pair of pairs) for (const socket of pair) socket.destroy();
      await close();
    },
  };
}
