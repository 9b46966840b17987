import { isUtf8 } from 'node:buffer';
import type { WebSocket } from 'ws';
import type { Clock } from '../clock.ts';
import type { Fault } from '../fault.ts';
import { closeFault } from './close-fault.ts';
import type { WebSocketTimeouts } from './context.ts';
import type { Counters } from './counters.ts';
import type { Endpoint } from './endpoints.ts';
import type { Place } from './events.ts';
import type { Incoming, WebSocketRules } from './rules.ts';
import { Subscriber, type Suspects, settleMs } from './subscriber.ts';

/** So long it reads without a break, in milliseconds. */
const turnMs = 5;
/** How long the other side may take to answer our closing frame. */
const closeTimeoutMs = 2_000;

/** A topic on one connection. Times in microseconds. */
export interface Flow {
  readonly topic: string;
  subscribedAt: number | null;
  /**
   * Since when the venue is known to have heeded the subscription: its answer, where it gives none a while after, or its
   * data.
   */
  heededFrom: number | null;
  /**
   * The first data of the connection since then, of whatever topic: there are hosts that accept a subscription and send
   * nothing, so only from here on is it known that nothing is missing.
   */
  shownFrom: number | null;
  /** Whether it was asked for again here, so that what comes at first may be left of the subscription before. */
  renewal: 'none' | 'queued' | 'sent';
  lastData: number | null;
}

/** How a connection ended. */
export interface ConnectionEnd {
  /** The close code, 1006 without one. */
  readonly code: number;
  readonly fault: Fault;
}

/** Who is told what happens on a connection. */
export interface ConnectionHandlers {
  /** `shownFrom`: see {@link Flow}; null = it may be left of a subscription before. */
  readonly onData: (data: Buffer, received: number, topic: string, shownFrom: number | null) => void;
  readonly onAcknowledged: (topics: readonly string[]) => void;
  readonly onSent: (topics: readonly string[]) => void;
  readonly onRefused: (topics: readonly string[], fault: Fault) => void;
  readonly onComplaint: (fault: Fault) => void;
  /** A message that can't be read, or that the rules don't know. */
  readonly onOddity: (kind: 'malformed' | 'unknown', text: string) => void;
  readonly onEnd: (end: ConnectionEnd) => void;
}

export interface ConnectionOptions {
  /** A name that is never used twice. */
  readonly id: string;
  /** Open and paused. */
  readonly socket: WebSocket;
  readonly endpoint: Endpoint;
  readonly rules: WebSocketRules;
  readonly clock: Clock;
  readonly timeouts: Pick<WebSocketTimeouts, 'pingMs' | 'pongMs'>;
  readonly counters: Counters;
  readonly handlers: ConnectionHandlers;
}

/** One open socket: reads it, keeps it alive, asks it for topics. It is not revived: who owns it opens another. */
export class Connection {
  readonly id: string;
  readonly endpoint: Endpoint;
  readonly openedAt: number;
  readonly flows = new Map<string, Flow>();
  /** The last data of any topic (µs); null while there was none. */
  lastData: number | null = null;
  /** Whether it has brought data. */
  useful = false;
  readonly #options: ConnectionOptions;
  readonly #socket: WebSocket;
  readonly #subscriber: Subscriber;
  /** Flows that nothing was shown of yet. */
  readonly #unshown = new Set<Flow>();
  readonly #over = new AbortController();
  readonly #closed = Promise.withResolvers<void>();
  #nextPing: number;
  #pingedAt: number | null = null;
  #paused = false;
  /** When the first message of this turn of the event loop was read (µs); 0 = none yet. */
  #turnSince = 0;
  #yields = false;
  #fault: Fault | null = null;

  constructor(options: ConnectionOptions) {
    const { id, socket, endpoint, rules, clock, handlers } = options;
    this.id = id;
    this.endpoint = endpoint;
    this.#options = options;
    this.#socket = socket;
    this.openedAt = clock.now();
    this.#nextPing = this.openedAt + 1000 * this.#pingEveryMs;
    this.#subscriber = new Subscriber({
      rules,
      clock,
      signal: this.#over.signal,
      send: (frame) => this.#send(frame),
      onSent: (topics) => {
        for (const topic of topics) {
          const flow = this.flows.get(topic);
          if (flow === undefined) continue;
          flow.subscribedAt = clock.now();
          flow.heededFrom = rules.acknowledges ? null : flow.subscribedAt + settleMs * 1000;
          if (flow.renewal === 'queued') flow.renewal = 'sent';
        }
        handlers.onSent(topics);
      },
      onPutOff: (topics) => this.#unheeded(topics),
      onRefused: handlers.onRefused,
    });
    socket.on('message', (data: Buffer) => this.#read(data));
    socket.on('ping', () => this.#heard());
    socket.on('pong', () => this.#heard());
    // After the handshake these are frames that break the protocol; how the network failed, `ws` does not tell.
    socket.on('error', ({ message }) => {
      this.#fault ??= { kind: 'malformed', message: `${endpoint.host}: ${message}` };
    });
    socket.once('close', (code, reason) => this.#ended(code, String(reason)));
    socket.resume();
  }

  get place(): Place {
    return { connection: this.id, host: this.endpoint.host, proxy: this.endpoint.exit.label };
  }

  /** What the venue should have answered for next; see {@link Subscriber.suspects}. */
  get suspects(): Suspects {
    return this.#subscriber.suspects;
  }

  subscribe(topics: readonly string[]): void {
    for (const topic of topics) {
      const flow: Flow = {
        topic,
        subscribedAt: null,
        heededFrom: null,
        shownFrom: null,
        renewal: 'none',
        lastData: null,
      };
      this.flows.set(topic, flow);
      this.#unshown.add(flow);
    }
    this.#subscriber.subscribe(topics);
  }

  resubscribe(topics: readonly string[]): void {
    for (const flow of this.#unheeded(topics)) flow.renewal = 'queued';
    this.#subscriber.unsubscribe(topics);
    this.#subscriber.subscribe(topics);
  }

  unsubscribe(topics: readonly string[]): void {
    this.forget(topics);
    this.#subscriber.unsubscribe(topics);
  }

  /** The venue does not have them: nothing is expected of them any more. */
  forget(topics: readonly string[]): void {
    for (const topic of topics) {
      const flow = this.flows.get(topic);
      if (flow !== undefined) this.#unshown.delete(flow);
      this.flows.delete(topic);
    }
    this.#subscriber.drop(topics);
  }

  /** To be called now and then: sends the pings, and ends the connection where nothing answers them. */
  tick(now: number): void {
    if (this.#paused) return;
    const { timeouts, endpoint, rules } = this.#options;
    const { pongMs } = timeouts;
    if (this.#pingedAt !== null && now - this.#pingedAt >= pongMs * 1000) {
      this.terminate({
        kind: 'timeout',
        message: `no sign of life from ${endpoint.host} for ${pongMs} ms after a ping`,
      });
    } else if (now >= this.#nextPing) {
      this.#pingedAt ??= now;
      this.#nextPing = now + 1000 * this.#pingEveryMs;
      if (rules.ping === null) this.#socket.ping();
      else this.#subscriber.ping(rules.ping.frame);
    }
  }

  /** Reads nothing more for now; what the system has buffered stays there, then with the venue. */
  pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#pingedAt = null;
    this.#socket.resume();
  }

  /** Ends it the polite way. What still comes until then is read. */
  async close(): Promise<void> {
    this.resume();
    this.#socket.close(1000);
    this.#options.clock.delay(closeTimeoutMs, this.#over.signal).then(
      () => this.#socket.terminate(),
      () => {},
    );
    await this.#closed.promise;
  }

  /** Ends it at once, for this reason. */
  terminate(fault: Fault): void {
    this.#fault = fault;
    this.#socket.terminate();
  }

  get #pingEveryMs(): number {
    return this.#options.rules.ping?.everyMs ?? this.#options.timeouts.pingMs;
  }

  #heard(): void {
    this.#pingedAt = null;
  }

  #send(frame: string): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(frame);
  }

  #read(data: Buffer): void {
    const { clock, counters, handlers } = this.#options;
    const received = clock.now();
    this.#takeTurn(received);
    this.#pingedAt = null;
    counters.messages++;
    counters.bytes += data.length;
    const incoming = isUtf8(data) ? this.#understand(data) : null;
    if (incoming?.kind === 'data') {
      this.lastData = received;
      const flow = this.flows.get(incoming.topic);
      if (flow !== undefined) {
        flow.lastData = received;
        if (!isHeeded(flow, received) && showsHeed(flow, received)) flow.heededFrom = received;
      }
      if (this.#unshown.size > 0) this.#show(received);
      handlers.onData(data, received, incoming.topic, flow?.shownFrom ?? null);
    } else if (incoming === null) {
      counters.malformed++;
      handlers.onOddity('malformed', data.toString());
    } else this.#react(incoming, data);
  }

  /**
   * Where a venue sends more than can be handled, the system hands over megabytes at once: after a while other work of the
   * process gets its turn.
   */
  #takeTurn(now: number): void {
    if (this.#turnSince === 0) {
      this.#turnSince = now;
      setImmediate(() => {
        this.#turnSince = 0;
        if (!this.#yields) return;
        this.#yields = false;
        if (!this.#paused) this.#socket.resume();
      });
    } else if (!this.#yields && now - this.#turnSince >= turnMs * 1000) {
      this.#yields = true;
      this.#socket.pause();
    }
  }

  #understand(data: Buffer): Incoming | null {
    try {
      return this.#options.rules.read(data);
    } catch {
      return null;
    }
  }

  #react(incoming: Incoming, data: Buffer): void {
    const { counters, handlers } = this.#options;
    if (incoming.kind === 'ack') this.#acknowledged(this.#subscriber.acknowledged(incoming));
    else if (incoming.kind === 'refused') {
      if (!this.#subscriber.refused(incoming)) handlers.onComplaint(incoming.fault);
    } else if (incoming.kind === 'error') handlers.onComplaint(incoming.fault);
    else if (incoming.kind === 'unknown') {
      counters.unknown++;
      handlers.onOddity('unknown', data.toString());
    }
  }

  #acknowledged(topics: readonly string[]): void {
    const at = this.#options.clock.now();
    for (const topic of topics) {
      const flow = this.flows.get(topic);
      if (flow !== undefined && flow.subscribedAt !== null && flow.renewal !== 'queued') flow.heededFrom ??= at;
    }
    this.#options.handlers.onAcknowledged(topics);
  }

  #unheeded(topics: readonly string[]): Flow[] {
    const flows = topics.flatMap((topic) => this.flows.get(topic) ?? []);
    for (const flow of flows) {
      flow.heededFrom = null;
      flow.shownFrom = null;
      this.#unshown.add(flow);
    }
    return flows;
  }

  /** Data has come: of the topics whose subscriptions are heeded nothing is missing from here on. */
  #show(received: number): void {
    for (const flow of this.#unshown) {
      if (!isHeeded(flow, received)) continue;
      flow.shownFrom = received;
      this.#unshown.delete(flow);
    }
  }

  #ended(code: number, reason: string): void {
    this.#over.abort();
    this.#closed.resolve();
    this.#options.handlers.onEnd({ code, fault: this.#fault ?? closeFault(code, reason) });
  }
}

function isHeeded({ heededFrom }: Flow, at: number): boolean {
  return heededFrom !== null && heededFrom <= at;
}

/** Whether data of a topic itself shows that its subscription is heeded. */
function showsHeed({ subscribedAt, renewal }: Flow, at: number): boolean {
  if (subscribedAt === null || renewal === 'queued') return false;
  return renewal === 'none' || at >= subscribedAt + settleMs * 1000;
}
