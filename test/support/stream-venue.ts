import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Incoming, WebSocketRules } from '@feedlake/transport';
import { type PerMessageDeflateOptions, WebSocket, WebSocketServer } from 'ws';

/** What a client of the venue sends. */
export interface ClientFrame {
  readonly op: 'subscribe' | 'unsubscribe' | 'ping';
  readonly id: number;
  readonly topics: readonly string[];
}

/** One client of the venue. */
export interface Client {
  readonly socket: WebSocket;
  /** Its port: shows which way it came. */
  readonly port: number | undefined;
  readonly path: string;
  readonly frames: ClientFrame[];
  readonly topics: Set<string>;
}

export interface VenueBehaviour {
  /** What it answers to a frame; default: an ack. */
  answer: (client: Client, frame: ClientFrame) => void;
  /** Answers a request for a WebSocket in HTTP; true = it did. */
  refuse: (socket: Duplex, request: IncomingMessage, count: number) => boolean;
  deflate: boolean | PerMessageDeflateOptions;
  /** Sent before the client had time to ask for anything; empty = nothing. */
  greeting: string;
  /** Of its reply to a request for a WebSocket, as `name: value`. */
  headers: readonly string[];
}

/** A venue on loopback that streams over WebSocket, in a protocol of its own. */
export interface StreamVenue extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly behaviour: VenueBehaviour;
  /** Requests for a WebSocket so far, refused ones included. */
  readonly attempts: number;
  /** All clients so far, in the order they came. */
  readonly clients: readonly Client[];
  /** The last client. */
  readonly client: Client;
  /** Those that are connected. */
  readonly connected: readonly Client[];
  /** Sends a message of a topic to whoever subscribed to it. */
  send(topic: string, payload?: string): void;
}

export function ack(client: Client, { id }: ClientFrame): void {
  client.socket.send(JSON.stringify({ ack: id }));
}

export async function startStreamVenue(given: Partial<VenueBehaviour> = {}): Promise<StreamVenue> {
  const behaviour: VenueBehaviour = {
    answer: ack,
    refuse: () => false,
    deflate: false,
    greeting: '',
    headers: [],
    ...given,
  };
  const clients: Client[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_request, response) => response.writeHead(426).end());
  const streams = new WebSocketServer({ noServer: true, perMessageDeflate: behaviour.deflate });
  let attempts = 0;
  streams.on('headers', (headers) => headers.push(...behaviour.headers));
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket, head) => {
    attempts++;
    if (behaviour.refuse(socket, request, attempts)) return;
    streams.handleUpgrade(request, socket, head, (stream) => {
      const client = { socket: stream, port: request.socket.remotePort, path: request.url ?? '', ...newLists() };
      clients.push(client);
      stream.on('error', () => {});
      if (behaviour.greeting !== '') stream.send(behaviour.greeting);
      stream.on('message', (data) => receive(client, JSON.parse(String(data))));
    });
  });
  const receive = (client: Client, frame: ClientFrame) => {
    client.frames.push(frame);
    for (const topic of frame.topics) {
      if (frame.op === 'subscribe') client.topics.add(topic);
      else client.topics.delete(topic);
    }
    if (frame.op === 'ping') client.socket.send('{"pong":1}');
    else behaviour.answer(client, frame);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const isOpen = ({ socket }: Client) => socket.readyState === WebSocket.OPEN;
  return {
    url: `ws://127.0.0.1:${port}`,
    port,
    behaviour,
    clients,
    get attempts() {
      return attempts;
    },
    get client() {
      const client = clients.at(-1);
      if (client === undefined) throw new Error('nobody came');
      return client;
    },
    get connected() {
      return clients.filter(isOpen);
    },
    send(topic, payload = '') {
      for (const { socket, topics } of clients.filter(isOpen)) {
        if (topics.has(topic)) socket.send(`data ${topic} ${payload}`);
      }
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function newLists(): Pick<Client, 'frames' | 'topics'> {
  return { frames: [], topics: new Set() };
}

/** Answers a request for a WebSocket in HTTP. */
export function answerHttp(socket: Duplex, status: string, headers: Record<string, string>, body: string): true {
  const lines = Object.entries({ 'content-length': String(Buffer.byteLength(body)), connection: 'close', ...headers });
  socket.end(`HTTP/1.1 ${status}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`);
  return true;
}

/** The rules of that venue. */
export function streamRules(rules: Partial<WebSocketRules> = {}): WebSocketRules {
  return {
    hosts: [],
    path: '/stream',
    limits: {
      frames: { count: 10, seconds: 1 },
      topicsPerFrame: 100,
      topicsPerConnection: 100,
      attempts: { count: 300, seconds: 300 },
      maxAgeMs: null,
    },
    acknowledges: true,
    ping: null,
    subscribe: (topics, id) => JSON.stringify({ op: 'subscribe', id, topics }),
    unsubscribe: (topics, id) => JSON.stringify({ op: 'unsubscribe', id, topics }),
    read,
    ...rules,
  };
}

function read(data: Buffer): Incoming {
  const text = String(data);
  if (text.startsWith('data ')) return { kind: 'data', topic: text.slice(5, text.indexOf(' ', 5)) };
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) return { kind: 'unknown' };
  if ('ack' in value && typeof value.ack === 'number') return { kind: 'ack', id: value.ack, topics: null };
  if ('refused' in value)
    return { kind: 'refused', ...(value.refused as Pick<RefusedFrame, 'id' | 'topics' | 'fault'>) };
  if ('error' in value) return { kind: 'error', fault: { kind: 'bad_request', message: String(value.error) } };
  return 'pong' in value ? { kind: 'heartbeat' } : { kind: 'unknown' };
}

type RefusedFrame = Extract<Incoming, { kind: 'refused' }>;

/** Refuses a frame. */
export function refuse(
  client: Client,
  id: number | null,
  topics: readonly string[] | null = null,
  kind: RefusedFrame['fault']['kind'] = 'bad_symbol',
): void {
  client.socket.send(JSON.stringify({ refused: { id, topics, fault: { kind, message: 'no such topic' } } }));
}
