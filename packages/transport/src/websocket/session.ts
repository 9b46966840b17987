import { type Logger, silentLogger } from '@feedlake/telemetry';
import { type Clock, systemClock } from '../clock.ts';
import { ProxyPool } from '../proxy/pool.ts';
import type { SessionContext, WebSocketTimeouts } from './context.ts';
import { Counters } from './counters.ts';
import { Endpoints } from './endpoints.ts';
import { eventLog } from './event-log.ts';
import type { SessionEvent } from './events.ts';
import { Link } from './link.ts';
import { MessageQueue } from './queue.ts';
import type { Subscription } from './rules.ts';
import type { WebSocketSessionOptions, WebSocketStats } from './session-options.ts';

const defaults: WebSocketTimeouts = {
  handshakeMs: 10_000,
  socketSilenceMs: 30_000,
  pingMs: 15_000,
  pongMs: 10_000,
  rotateMs: Number.POSITIVE_INFINITY,
  overlapMs: 30_000,
  reconnectMs: 1_000,
  reconnectMaxMs: 60_000,
  probeMs: 600_000,
};

/**
 * Keeps topics of one route of a venue's WebSocket API flowing, over as many connections as they need, whatever the
 * network does, and says when and why data was missing.
 *
 * @example
 * const session = new WebSocketSession({ exchange: 'binance', rules, subscriptions, onMessage, onEvent });
 * session.start();
 * await session.close();
 */
export class WebSocketSession {
  readonly #options: WebSocketSessionOptions;
  readonly #context: SessionContext;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #log: (event: SessionEvent) => void;
  readonly #end = new AbortController();
  readonly #links: Link[] = [];
  /** What was asked for before the start. */
  readonly #planned = new Map<string, Subscription>();
  #started = false;
  #closing: Promise<void> | null = null;
  #listeningSince = 0;

  /** @throws TypeError when a host or a proxy is not what it must be. */
  constructor(options: WebSocketSessionOptions) {
    const { exchange, rules, hosts = rules.hosts, proxies = ['direct'], random = Math.random } = options;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#logger = options.logger ?? silentLogger;
    this.#log = eventLog(this.#logger, exchange);
    const timeouts = { ...defaults, ...options.timeouts };
    const shared = { exchange, clock: this.#clock, logger: this.#logger };
    const pool = options.pool ?? new ProxyPool({ ...shared, proxies: { rest: proxies, websocket: proxies } });
    const { attempts } = rules.limits;
    const counters = new Counters();
    this.#context = {
      ...shared,
      rules,
      timeouts,
      random,
      counters,
      endpoints: new Endpoints({ ...shared, hosts, path: rules.path, pool, attempts, probeMs: timeouts.probeMs }),
      queue: new MessageQueue({
        limits: { messages: 10_000, bytes: 64 * 1024 * 1024, ...options.queue },
        clock: this.#clock,
        onMessage: options.onMessage,
        onOverload: (active) => this.#overload(active),
        onError: (error) => {
          counters.handlerErrors++;
          this.#logger.error({ exchange, error }, `${exchange}: a message was not handled`);
        },
      }),
      signal: this.#end.signal,
      emit: (event) => this.#emit(event),
      listeningSince: () => this.#listeningSince,
    };
    this.add(options.subscriptions ?? []);
    const { signal } = options;
    if (signal?.aborted) void this.close();
    else signal?.addEventListener('abort', () => void this.close(), { once: true });
  }

  /** Connects. From here on the topics' data is owed. */
  start(): void {
    if (this.#started || this.#closing !== null) return;
    this.#started = true;
    this.#distribute([...this.#planned.values()]);
    this.#planned.clear();
  }

  /** Topics that are there already stay as they are; one that was refused is tried again. */
  add(subscriptions: readonly Subscription[]): void {
    if (this.#closing !== null) return;
    if (this.#started) this.#distribute(subscriptions);
    else for (const subscription of subscriptions) this.#planned.set(subscription.topic, subscription);
  }

  remove(topics: readonly string[]): void {
    for (const topic of topics) this.#planned.delete(topic);
    for (const link of this.#links) {
      const own = topics.filter((topic) => link.wants(topic));
      if (own.length > 0) link.remove(own);
    }
  }

  /** Subscribes to topics anew, for feeds that begin with a whole state. What is missing meanwhile is not told. */
  resubscribe(topics: readonly string[]): void {
    for (const link of this.#links) {
      const own = topics.filter((topic) => link.wants(topic));
      for (const connection of own.length > 0 ? link.open : []) connection.resubscribe(own);
    }
  }

  /** Until when nothing of each topic is known to be missing, in microseconds; null = nothing is known. */
  *proven(): Generator<readonly [topic: string, until: number | null]> {
    for (const { topics } of this.#links) for (const topic of topics.wanted) yield [topic.name, topic.proven];
  }

  stats(): WebSocketStats {
    const { queue, counters } = this.#context;
    const { attempts, faults, reconnects, messages, bytes, malformed, unknown, handlerErrors } = counters;
    const connections = this.#links.flatMap(({ open }) => open);
    const topics = this.#links.flatMap((link) => link.topics.wanted);
    return {
      connections: connections.map(({ place, openedAt, flows, lastData }) => {
        return { ...place, since: openedAt, topics: flows.size, lastData };
      }),
      connecting: this.#links.filter(({ open, connecting }) => connecting && open.length === 0).length,
      attempts,
      faults: { ...faults },
      reconnects: { ...reconnects },
      messages,
      bytes,
      malformed,
      unknown,
      handlerErrors,
      queue: {
        messages: queue.messages,
        bytes: queue.bytes,
        lagMs: queue.lagMs,
        longestLagMs: queue.longestLagMs,
        paused: queue.full,
      },
      topics: Object.fromEntries(
        topics.map(({ name, subscription, lastData, proven, interruption }) => {
          return [name, { channel: subscription.channel, lastData, proven, missing: interruption?.cause ?? null }];
        }),
      ),
    };
  }

  /** Ends all connections. It is done when they are closed and the consumer has handled all that was received. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const at = this.#clock.now();
    for (const link of this.#links) {
      link.prove();
      link.topics.interrupted(link.topics.all, 'shutdown', at);
    }
    this.#end.abort(new Error(`${this.#options.exchange}: the WebSocket session was closed`));
    await Promise.all(this.#links.map((link) => link.close()));
    await this.#context.queue.settled();
  }

  /** Fills links that have room, then new ones. */
  #distribute(subscriptions: readonly Subscription[]): void {
    const { topicsPerConnection } = this.#context.rules.limits;
    const known = ({ topic }: Subscription) => this.#links.some((link) => link.wants(topic));
    let rest = subscriptions.filter((subscription) => !known(subscription));
    for (let index = 0; rest.length > 0; index++) {
      const link = this.#links[index] ?? this.#newLink();
      const room = Math.max(0, topicsPerConnection - link.topics.size);
      if (room > 0) link.add(rest.slice(0, room));
      rest = rest.slice(room);
    }
  }

  #newLink(): Link {
    const link = new Link(this.#context);
    this.#links.push(link);
    return link;
  }

  #overload(active: boolean): void {
    const { queue } = this.#context;
    const at = this.#clock.now();
    for (const { open } of this.#links) {
      for (const connection of open) {
        if (active) connection.pause();
        else connection.resume();
      }
    }
    if (!active) this.#listeningSince = at;
    this.#emit({ kind: 'overload', at, active, messages: queue.messages, bytes: queue.bytes, lagMs: queue.lagMs });
  }

  #emit(event: SessionEvent): void {
    const { exchange, onEvent } = this.#options;
    this.#log(event);
    try {
      onEvent?.(event);
    } catch (error) {
      this.#logger.error({ exchange, error, event: event.kind }, `${exchange}: an event was not handled`);
    }
  }
}
