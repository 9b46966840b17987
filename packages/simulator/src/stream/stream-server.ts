import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { faultReply } from '../fault/replies.ts';
import { handshakeFaults } from '../fault/rule.ts';
import type { FaultRules } from '../fault/rules.ts';
import type { RequestLog } from '../http/request-log.ts';
import { Limiter } from '../limiter.ts';
import type { TruthLog } from '../truth.ts';
import type { Reply, VenueApi } from '../venue.ts';
import { Connection, type ConnectionReport, type Venue } from './connection.ts';
import { Housekeeping } from './housekeeping.ts';
import type { Session, StreamProtocol } from './protocol.ts';
import type { Outlet, Timeline } from './timeline.ts';
import { Topic } from './topic.ts';

/** What the stream servers of one simulation share. */
export interface StreamShared {
  readonly faults: FaultRules;
  readonly truth: TruthLog;
  /** Whether streams are noted in the truth. */
  readonly streamTruth: boolean;
  readonly requests: RequestLog;
  readonly timeline: Timeline;
}

/** Connections that are over and still told of. */
const memory = 1000;

/** A venue's WebSocket side: takes handshakes, keeps connections and topics. It has no port of its own. */
export class StreamServer implements Outlet, Venue {
  readonly timeline: Timeline;
  readonly strict: boolean;
  readonly #api: VenueApi;
  readonly #protocol: StreamProtocol;
  readonly #shared: StreamShared;
  readonly #limiter: Limiter;
  readonly #webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 1_000_000 });
  readonly #topics = new Map<string, Topic | null>();
  readonly #open = new Set<Connection>();
  /** Also those that are over, as long as their sockets are there. */
  readonly #sockets = new Set<Connection>();
  #past: ConnectionReport[] = [];
  #count = 0;

  constructor(api: VenueApi, protocol: StreamProtocol, shared: StreamShared, enforceLimits: boolean) {
    this.#api = api;
    this.#protocol = protocol;
    this.#shared = shared;
    this.timeline = shared.timeline;
    this.strict = enforceLimits;
    this.#limiter = new Limiter(protocol.budgets, enforceLimits);
    this.#webSockets.on('headers', (headers) => headers.push('x-feedlake-simulated: 1'));
    shared.timeline.attach(this);
  }

  get rules(): StreamProtocol['rules'] {
    return this.#protocol.rules;
  }

  get protocol(): StreamProtocol {
    return this.#protocol;
  }

  /** Connections, the open ones last. */
  connections(): ConnectionReport[] {
    return [...this.#past, ...[...this.#open].map((connection) => connection.report())];
  }

  get openConnections(): readonly Connection[] {
    return [...this.#open];
  }

  /** Answers a request for a WebSocket. */
  handshake(request: IncomingMessage, socket: Socket, head: Buffer): void {
    // Without a listener a reset would end the process.
    socket.on('error', () => {});
    const at = this.timeline.now();
    const target = request.url ?? '/';
    const [path = '/', query = ''] = target.split('?', 2);
    const rule = this.#shared.faults.take(this.#api.id, `GET ${target} websocket`, handshakeFaults);
    if (rule?.kind === 'reset') {
      this.#record(path, query, null, at);
      socket.resetAndDestroy();
      return;
    }
    const session = this.#protocol.session(path, query);
    const refusal = (rule === null ? null : faultReply(rule, this.#api, at)) ?? this.#refusal(session, at);
    this.#record(path, query, refusal?.status ?? 101, at);
    if (refusal !== null || session === null) refuse(socket, refusal ?? notFound);
    else this.#accept(request, socket, head, session);
  }

  #refusal(session: Session | null, at: number): Reply | null {
    if (session === null) return notFound;
    const { concurrent } = this.#protocol;
    const crowded = this.strict && concurrent !== undefined && this.#open.size >= concurrent;
    const limited = this.#limiter.take({ connections: 1 }, at).kind !== 'allowed';
    return crowded || limited ? { ...this.#api.refusals.rateLimited(at), status: 429 } : null;
  }

  #accept(request: IncomingMessage, socket: Socket, head: Buffer, session: Session): void {
    this.#webSockets.handleUpgrade(request, socket, head, (web) => {
      this.#count += 1;
      const name = `${this.#api.id}#${this.#count}`;
      const connection = new Connection(name, request.url ?? '/', session, this, web, socket);
      this.#open.add(connection);
      this.#sockets.add(connection);
      session.opened?.(connection);
      connection.flush();
      this.timeline.schedule(new Housekeeping(connection, this.rules));
    });
  }

  #record(path: string, query: string, status: number | null, at: number): void {
    const weight = { connections: 1 };
    this.#shared.requests.add({ venue: this.#api.id, method: 'GET', path, query, body: '', status, weight, at });
  }

  subscribe(connection: Connection, name: string): void {
    this.#topic(name)?.subscribe(connection);
  }

  #topic(name: string): Topic | null {
    const known = this.#topics.get(name);
    if (known !== undefined) return known;
    const { faults, truth, streamTruth, timeline } = this.#shared;
    const feed = this.#protocol.feed(name, timeline.now());
    const context = { venue: this.#api.id, faults, truth: streamTruth ? truth : null, timeline };
    const topic = feed === null ? null : new Topic(name, feed, context);
    this.#topics.set(name, topic);
    if (topic !== null) timeline.schedule(topic);
    return topic;
  }

  unsubscribe(connection: Connection, name: string): void {
    this.#topics.get(name)?.unsubscribe(connection);
  }

  left(connection: Connection): void {
    if (!this.#open.delete(connection)) return;
    connection.session.closed?.(connection);
    for (const topic of connection.topics) this.unsubscribe(connection, topic);
    this.#past = [...this.#past.slice(1 - memory), connection.report()];
  }

  gone(connection: Connection): void {
    this.#sockets.delete(connection);
  }

  flush(): void {
    for (const connection of this.#open) connection.flush();
    this.#shared.truth.flush();
  }

  get waiting(): boolean {
    for (const connection of this.#open) if (connection.waiting) return true;
    return false;
  }

  giveUp(): void {
    for (const connection of this.#open) connection.giveUp();
  }

  /** Ends all connections at once. */
  terminate(): void {
    for (const connection of this.#sockets) connection.terminate();
  }
}

const notFound: Reply = { status: 404, contentType: 'text/plain', body: 'not found' };

function refuse(socket: Socket, { status, contentType, headers, body }: Reply): void {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}`,
    'connection: close',
    `content-type: ${contentType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
