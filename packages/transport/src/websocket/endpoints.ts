import { minute, second } from '@feedlake/schema';
import type { Logger } from '@feedlake/telemetry';
import type { Clock } from '../clock.ts';
import type { Fault, FaultKind } from '../fault.ts';
import { type SocketExit, socketExit } from '../proxy/agent.ts';
import { logConnections } from '../proxy/connection-log.ts';
import type { ProxyPool, ProxyTurn } from '../proxy/pool.ts';
import type { BudgetBook } from '../rest/budget-book.ts';
import { attemptBook } from './attempts.ts';
import type { Rate } from './rules.ts';

/** How long a host is left alone after a failure (µs): doubles with each in a row. */
const firstRest = 15 * second;
const longestRest = 5 * minute;
/** What asking again soon does not change. */
const refusals: readonly FaultKind[] = ['geo_blocked', 'auth', 'bad_request'];

/** One host as reached by one way out. */
export interface Endpoint {
  /** Whole URL of the route. */
  readonly url: string;
  /** `host` or `host:port`. */
  readonly host: string;
  /** As the pool has it. */
  readonly proxy: string;
  readonly exit: SocketExit;
  readonly book: BudgetBook;
  /** Writes a line for a connection that came about. */
  readonly logConnection: () => void;
}

/** An endpoint to use now, and the turn of its proxy. */
export interface Choice {
  readonly endpoint: Endpoint;
  readonly turn: ProxyTurn;
}

/** An attempt, or a connection, that failed. */
export interface Failure {
  readonly fault: Fault;
  /** True when it is the proxy that can't be used, whatever for. */
  readonly atProxy: boolean;
}

export interface EndpointOptions {
  readonly exchange: string;
  readonly hosts: readonly string[];
  readonly path: string;
  readonly pool: ProxyPool;
  readonly attempts: Rate;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long an endpoint that refuses us, or leaves topics silent, is left alone, in milliseconds. */
  readonly probeMs: number;
}

interface Member extends Endpoint {
  failures: number;
  /** Before that (µs) others are preferred. */
  restsUntil: number;
  refusal: Fault | null;
}

/** All hosts of a route through all proxies: the best that is well is used, the next where it fails. */
export class Endpoints {
  readonly #members: readonly Member[];
  readonly #options: EndpointOptions;
  #refusalTold = false;

  /** @throws TypeError when a host or a proxy is not what it must be. */
  constructor(options: EndpointOptions) {
    const { exchange, hosts, path, pool, attempts, clock, logger } = options;
    this.#options = options;
    if (hosts.length === 0) throw new TypeError(`${exchange}: no WebSocket host is set`);
    const bases = hosts.map((host) => baseUrl(exchange, host));
    this.#members = pool.proxies('websocket').flatMap((proxy) => {
      const exit = socketExit(proxy);
      const book = attemptBook(exchange, bases, exit.label, attempts, clock);
      const logConnection = logConnections(logger, exchange, 'websocket', proxy);
      return bases.map((base) => {
        const state = { failures: 0, restsUntil: 0, refusal: null };
        return { url: base + path, host: new URL(base).host, proxy, exit, book, logConnection, ...state };
      });
    });
  }

  get size(): number {
    return this.#members.length;
  }

  /** Whether some endpoint is left that has not failed of late. */
  get anyFresh(): boolean {
    return this.#fresh().length > 0;
  }

  /** Why none can be had; null while at least one may. */
  get refusal(): Fault | null {
    const [first] = this.#members;
    return this.#members.every(({ refusal }) => refusal !== null) ? (first?.refusal ?? null) : null;
  }

  /** {@link refusal}, once: null when it was told before. */
  newRefusal(): Fault | null {
    const { refusal } = this;
    const isNew = refusal !== null && !this.#refusalTold;
    this.#refusalTold = refusal !== null;
    return isNew ? refusal : null;
  }

  /** When the first that rests may be tried again (µs). */
  get nextProbe(): number {
    return Math.min(...this.#members.map(({ restsUntil }) => restsUntil));
  }

  choose(): Choice {
    const fresh = this.#fresh();
    const open = this.#members.filter(({ refusal }) => refusal === null);
    const soonest = [...(open.length > 0 ? open : this.#members)].sort((a, b) => a.restsUntil - b.restsUntil);
    const candidates = fresh.length > 0 ? fresh : soonest.slice(0, 1);
    const turn = this.#options.pool.choose('websocket', (proxy) => candidates.some((other) => other.proxy === proxy));
    const endpoint = candidates.find(({ proxy }) => proxy === turn?.proxy);
    if (turn === null || endpoint === undefined) throw new Error(`${this.#options.exchange}: no endpoint is left`);
    return { endpoint, turn };
  }

  /** Useful data came: all is forgiven. */
  proved({ endpoint, turn }: Choice): void {
    const member = this.#of(endpoint);
    member.failures = 0;
    member.restsUntil = 0;
    member.refusal = null;
    this.#refusalTold = false;
    this.#options.pool.succeeded(turn);
  }

  /** @param what failed: an attempt to connect, a connection that brought nothing, or one whose topics stayed silent */
  failed({ endpoint, turn }: Choice, { fault, atProxy }: Failure, what: 'attempt' | 'connection' | 'topics'): void {
    const { clock, pool, probeMs } = this.#options;
    const now = clock.now();
    const siblings = this.#members.filter(({ proxy }) => proxy === endpoint.proxy);
    const refused = what === 'attempt' && refusals.includes(fault.kind);
    const long = refused || what === 'topics';
    const all = atProxy || fault.kind === 'banned';
    for (const member of all ? siblings : [this.#of(endpoint)]) {
      const rest = long ? probeMs * 1000 : Math.min(longestRest, firstRest * 2 ** member.failures);
      member.failures++;
      member.restsUntil = Math.max(fault.retryAt ?? 0, now + rest);
      member.refusal = refused ? fault : null;
    }
    if (all || siblings.every(({ restsUntil }) => restsUntil > now)) pool.failed(turn, fault, atProxy);
  }

  #fresh(): Member[] {
    const now = this.#options.clock.now();
    return this.#members.filter(({ restsUntil }) => restsUntil <= now);
  }

  #of(endpoint: Endpoint): Member {
    const found = this.#members.find((member) => member === endpoint);
    if (found === undefined) throw new RangeError(`${this.#options.exchange}: the endpoint is of another session`);
    return found;
  }
}

function baseUrl(exchange: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const known = url !== null && ['ws:', 'wss:'].includes(url.protocol);
  if (!known || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new TypeError(
      `${exchange}: a WebSocket host must be ws(s)://host[:port][/path], without user, query or fragment`,
    );
  }
  return url.href.replace(/\/+$/, '');
}
