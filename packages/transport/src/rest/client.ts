import { type Logger, silentLogger } from '@feedlake/telemetry';
import { type Clock, systemClock } from '../clock.ts';
import { ProxyPool } from '../proxy/pool.ts';
import { admit, type Pass } from './admit.ts';
import { type Attempted, attempt, maxBodyBytes } from './attempt.ts';
import type { RestAttempt, RestClientOptions, RestOutcome } from './client-options.ts';
import { ClockCheck } from './clock-check.ts';
import { readingsOf, sampleOf } from './meter.ts';
import { openRoutes } from './open-routes.ts';
import { safePath } from './redact.ts';
import type { RestReply, RestRequest } from './request.ts';
import { Retries } from './retries.ts';
import type { Routes } from './routes.ts';
import { Slots } from './slots.ts';
import { type RestStats, StatsCounter } from './stats.ts';

/**
 * Talks to one venue's REST API by the venue's rules: keeps within its budgets, sends again what can be sent again,
 * changes host or proxy where that helps, and says what went wrong in one kind of error.
 *
 * @example
 * const client = new RestClient({ exchange: 'binance', rules: binance.rest });
 * const { value } = await client.request({ method: 'GET', path: '/fapi/v1/time', costs: { weight: 1 } });
 * await client.close();
 */
export class RestClient {
  readonly #options: RestClientOptions;
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #routes: Routes;
  readonly #slots: Slots;
  readonly #stats = new StatsCounter();
  readonly #clockCheck: ClockCheck;
  readonly #closing = new AbortController();
  readonly #end: AbortSignal;
  readonly #stopWatching: () => void;

  /** @throws TypeError when a host or a proxy is not what it must be. */
  constructor(options: RestClientOptions) {
    const { exchange, rules, hosts = rules.hosts, proxies = ['direct'], timeoutMs = 30_000 } = options;
    this.#options = options;
    this.#timeoutMs = timeoutMs;
    this.#clock = options.clock ?? systemClock;
    this.#logger = options.logger ?? silentLogger;
    this.#clockCheck = new ClockCheck(exchange, this.#logger);
    this.#slots = new Slots(options.concurrency ?? 16);
    this.#end = AbortSignal.any([this.#closing.signal, ...(options.signal === undefined ? [] : [options.signal])]);
    const shared = { exchange, clock: this.#clock, logger: this.#logger };
    this.#routes = openRoutes({
      ...shared,
      hosts,
      pool: options.pool ?? new ProxyPool({ ...shared, proxies: { rest: proxies } }),
      budgets: rules.budgets,
      connectTimeoutMs: Math.min(options.connectTimeoutMs ?? 10_000, 0.8 * timeoutMs),
      idleTimeoutMs: timeoutMs,
      maxBodyBytes,
    });
    this.#stopWatching = options.metrics?.watch(() => readingsOf(exchange, this.#routes)) ?? (() => {});
  }

  /**
   * Sends a request, and sends it again as its faults call for.
   * @throws VenueError when it has failed for good; the signal's reason as soon as that is aborted.
   */
  async request(request: RestRequest, signal?: AbortSignal): Promise<RestReply> {
    const end = signal === undefined ? this.#end : AbortSignal.any([this.#end, signal]);
    const { exchange, retries: most = 4, maxWaitMs = 60_000, random = Math.random } = this.#options;
    const shared = { exchange, routes: this.#routes, clock: this.#clock, logger: this.#logger, maxWaitMs };
    const retries = new Retries({ ...shared, retries: most, random });
    for (let count = 1; ; count++) {
      const pass = await admit(request, { ...shared, slots: this.#slots, retries, signal: end });
      const { reply, failure } = await this.#attempt(request, count, pass, retries, end);
      if (failure !== null) await retries.pause(failure, pass.route, count, end);
      else if (reply !== null) return reply;
    }
  }

  /** What the client has done so far. */
  stats(): RestStats {
    return this.#stats.read(this.#routes);
  }

  /** Ends what is under way, with an error that says so, and closes all connections. */
  async close(): Promise<void> {
    this.#stopWatching();
    this.#closing.abort(new Error(`${this.#options.exchange}: the REST client was closed`));
    await Promise.all(this.#routes.all.map(({ exit }) => exit.dispatcher.destroy()));
  }

  async #attempt(
    request: RestRequest,
    count: number,
    pass: Pass,
    retries: Retries,
    signal: AbortSignal,
  ): Promise<Attempted> {
    const { exchange, rules, metrics, onRequest, onReply } = this.#options;
    const { route, turn, endpoint, ticket, lease } = pass;
    const about: RestAttempt = { request, attempt: count, host: endpoint.host, proxy: route.exit.label };
    let judged = false;
    try {
      onRequest?.(about);
      this.#stats.sent(request, count);
      const started = performance.now();
      const options = { rules, timeoutMs: this.#timeoutMs, clock: this.#clock, signal };
      const { reply, bytes, ...attempted } = await attempt(request, pass, options);
      const ms = Math.round(performance.now() - started);
      // Before the slot and the lease are given back: the next request must know what this one found.
      const failure = attempted.failure && retries.note(attempted.failure, pass);
      if (failure === null) {
        endpoint.breaker.succeeded();
        this.#routes.pool.succeeded(turn);
      }
      judged = true;
      this.#stats.ended(failure?.fault.kind ?? null, bytes);
      const outcome = { reply, fault: failure?.fault ?? null, atProxy: failure?.atProxy === true, ms, bytes };
      this.#log(about, outcome);
      if (reply !== null && !outcome.atProxy) this.#clockCheck.note(reply, ms);
      metrics?.rest(sampleOf(exchange, about, outcome));
      onReply?.(about, outcome);
      return { reply, failure, bytes };
    } finally {
      if (!judged) endpoint.breaker.gaveUp(ticket);
      lease.settle();
      this.#slots.release();
    }
  }

  #log({ request, attempt: count, host, proxy }: RestAttempt, { reply, fault, ms, bytes }: RestOutcome): void {
    const { exchange } = this.#options;
    const path = safePath(request.path);
    const what = { exchange, method: request.method, host, path, status: reply?.status ?? null };
    const fields = { ...what, ms, bytes, cost: request.costs, attempt: count, proxy };
    if (fault === null) this.#logger.debug(fields, 'request');
    else this.#logger.debug({ ...fields, fault: fault.kind }, `request failed: ${fault.message}`);
  }
}
