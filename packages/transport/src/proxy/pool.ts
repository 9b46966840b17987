import { type Protocol, protocols } from '@feedlake/config';
import { minute, second } from '@feedlake/schema';
import { type Logger, silentLogger } from '@feedlake/telemetry';
import { type Clock, systemClock } from '../clock.ts';
import type { Fault } from '../fault.ts';
import { utcTime } from '../utc-time.ts';
import { proxyLabel } from './address.ts';
import { ProxyHealth } from './health.ts';

export interface ProxyPoolOptions {
  readonly exchange: string;
  /** Proxy URLs or `direct`, best first, for each protocol that is used; at least one each. */
  readonly proxies: Readonly<Partial<Record<Protocol, readonly string[]>>>;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/** Leave to use a proxy; what comes of it is reported with {@link ProxyPool.succeeded} or {@link ProxyPool.failed}. */
export interface ProxyTurn {
  readonly protocol: Protocol;
  /** As it was given to the pool: a URL, with user and password, or `direct`. */
  readonly proxy: string;
  readonly ticket: number;
}

/** How a proxy fares. */
export interface ProxyScore {
  readonly protocol: Protocol;
  /** `direct`, or the proxy as `scheme://host:port`. */
  readonly proxy: string;
  /** 1 without setbacks; half of it with each, until it is forgiven. */
  readonly score: number;
  /** True while others are used in its place. */
  readonly demoted: boolean;
}

type Usable = (proxy: string) => boolean;

interface Member {
  readonly protocol: Protocol;
  readonly proxy: string;
  readonly label: string;
  readonly health: ProxyHealth;
}

/**
 * The proxies of one exchange. The first one that is well is used, and kept for as long as it is; one that fails is left
 * alone for a while, then probed by a single user, and taken back when it is well again. REST and WebSocket have a list
 * and scores each, as an exchange may block one and serve the other; a proxy that can't be used at all is left by both.
 */
export class ProxyPool {
  readonly #exchange: string;
  readonly #members: readonly Member[];
  readonly #clock: Clock;
  readonly #logger: Logger;

  /** @throws TypeError when a list is empty or something in it is no proxy. */
  constructor({ exchange, proxies, clock = systemClock, logger = silentLogger }: ProxyPoolOptions) {
    this.#exchange = exchange;
    this.#clock = clock;
    this.#logger = logger;
    this.#members = protocols.flatMap((protocol) => {
      const list = proxies[protocol];
      if (list === undefined) return [];
      if (list.length === 0) {
        throw new TypeError(`${exchange}: the list of proxies is empty; leave it out, or name 'direct'`);
      }
      return [...new Set(list)].map((proxy) => ({
        protocol,
        proxy,
        label: proxyLabel(proxy),
        health: new ProxyHealth(),
      }));
    });
  }

  /** The proxies for a protocol, best first. */
  proxies(protocol: Protocol): string[] {
    return this.#of(protocol).map(({ proxy }) => proxy);
  }

  /**
   * The proxy to use now: the first that is well or due to be probed, else the one that is due next. Whoever gets one
   * that is due is its probe: for a while nobody else gets it while others are well.
   * @param usable leaves out those that the caller has tried in vain
   * @returns null when it leaves out all of them
   */
  choose(protocol: Protocol, usable: Usable = () => true): ProxyTurn | null {
    const best = this.#best(protocol, usable);
    return best && { protocol, proxy: best.proxy, ticket: best.health.enter(this.#clock.now()) };
  }

  /**
   * For a turn that had to wait for its use.
   * @returns a turn of the same proxy; null when something happened in the meantime and another is to be used.
   */
  renew(turn: ProxyTurn, usable: Usable = () => true): ProxyTurn | null {
    const member = this.#member(turn);
    if (member.health.holds(turn.ticket)) return turn;
    return this.#best(turn.protocol, usable) === member ? this.choose(turn.protocol, usable) : null;
  }

  /** The exchange answered through it. */
  succeeded(turn: ProxyTurn): void {
    const member = this.#member(turn);
    if (!member.health.succeeded(turn.ticket, this.#clock.now()) || this.#isAlone(member)) return;
    const { protocol, label } = member;
    this.#logger.info(
      { exchange: this.#exchange, protocol, proxy: label },
      `${this.#exchange} ${protocol}: ${label} is well again`,
    );
  }

  /**
   * The exchange can't be had through it. However many met the same failure, it counts once.
   * @param fault what was met; with its retry time the proxy is left alone until then, at least
   * @param atProxy true when it is the proxy that can't be used, whatever for
   */
  failed(turn: ProxyTurn, fault: Fault, atProxy: boolean): void {
    const member = this.#member(turn);
    if (!member.health.holds(turn.ticket)) return;
    this.#demote(member, fault, 'warn');
    if (!atProxy) return;
    const others = this.#members.filter(({ proxy, health }) => proxy === turn.proxy && !health.demoted);
    // Told once: whether the other protocol is in use at all is not known here.
    for (const other of others) this.#demote(other, fault, 'debug');
  }

  /** How all of them fare at present. */
  scores(): ProxyScore[] {
    const now = this.#clock.now();
    return this.#members.map(({ protocol, label, health }) => {
      return { protocol, proxy: label, score: health.score(now), demoted: health.demoted };
    });
  }

  #demote(member: Member, fault: Fault, level: 'warn' | 'debug'): void {
    const { protocol, label, health } = member;
    const wasWell = !health.demoted;
    health.failed(this.#clock.now(), fault.kind === 'geo_blocked' ? 10 * minute : 30 * second, fault.retryAt);
    if (!wasWell || this.#isAlone(member)) return;
    const next = this.#of(protocol).find((other) => !other.health.demoted);
    const instead = next === undefined ? ', though nothing else is well' : ` for ${next.label}`;
    const until = utcTime(health.probeAt);
    this.#logger[level](
      { exchange: this.#exchange, protocol, from: label, to: next?.label ?? null, fault: fault.kind },
      `${this.#exchange} ${protocol}: leaving ${label}${instead} until ${until}: ${fault.message}`,
    );
  }

  /** Without an alternative there is nothing to leave for or to come back from. */
  #isAlone({ protocol }: Member): boolean {
    return this.#of(protocol).length === 1;
  }

  #best(protocol: Protocol, usable: Usable): Member | null {
    const now = this.#clock.now();
    const candidates = this.#of(protocol).filter(({ proxy }) => usable(proxy));
    const [soonest] = candidates.toSorted((a, b) => a.health.probeAt - b.health.probeAt);
    return candidates.find(({ health }) => health.isUsable(now)) ?? soonest ?? null;
  }

  #of(protocol: Protocol): Member[] {
    return this.#members.filter((member) => member.protocol === protocol);
  }

  #member({ protocol, proxy }: ProxyTurn): Member {
    const found = this.#members.find((member) => member.protocol === protocol && member.proxy === proxy);
    if (found === undefined) throw new RangeError(`${this.#exchange}: the turn is of another pool`);
    return found;
  }
}
