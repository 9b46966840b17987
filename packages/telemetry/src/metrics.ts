import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** One sending of a REST request, as it is counted. */
export interface RestSample {
  readonly exchange: string;
  /** `ok`, the kind of the fault (`rate_limited`, `network`, …), or `proxy` where the proxy can't be used. */
  readonly outcome: string;
  readonly seconds: number;
  /** Size of the body received, as it was sent. */
  readonly bytes: number;
  /** True when the same request was sent before. */
  readonly isRetry: boolean;
}

/** How an exchange is reached at present; proxies as `direct` or `scheme://host:port`. */
export interface RouteReadings {
  readonly exchange: string;
  readonly breakers: readonly {
    readonly host: string;
    readonly proxy: string;
    readonly state: 'closed' | 'half_open' | 'open';
  }[];
  /** Which part of a request budget is used, from 0 to 1 and, where the venue counts more than we do, above. */
  readonly budgets: readonly { readonly pool: string; readonly proxy: string; readonly used: number }[];
  readonly proxies: readonly {
    readonly protocol: string;
    readonly proxy: string;
    readonly score: number;
    readonly demoted: boolean;
  }[];
}

const breakerStates = { closed: 0, half_open: 1, open: 2 };

/** The process's figures in the form that Prometheus reads. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #sources = new Set<() => RouteReadings>();
  readonly #requests = this.#counter('requests_total', 'REST requests sent, retries included', ['exchange', 'outcome']);
  readonly #retries = this.#counter('retries_total', 'REST requests that were sent again', ['exchange']);
  readonly #bytes = this.#counter('received_bytes_total', 'Bytes of REST replies, as they were sent', ['exchange']);
  readonly #seconds = new Histogram({
    name: 'feedlake_rest_request_duration_seconds',
    help: 'Time of one sending, from connecting to the last byte',
    labelNames: ['exchange'],
    buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [this.#registry],
  });

  constructor() {
    this.#gauge(
      'feedlake_rest_breaker_state',
      'Circuit breaker of a host: 0 closed, 1 half-open, 2 open',
      ['exchange', 'host', 'proxy'],
      ({ breakers }) => breakers.map(({ host, proxy, state }) => [{ host, proxy }, breakerStates[state]]),
    );
    this.#gauge(
      'feedlake_rest_budget_used_ratio',
      'Part of a request budget of the venue that is used in its present window',
      ['exchange', 'pool', 'proxy'],
      ({ budgets }) => budgets.map(({ pool, proxy, used }) => [{ pool, proxy }, used]),
    );
    this.#gauge(
      'feedlake_proxy_score',
      'Health of a proxy: 1 without setbacks, half of it with each',
      ['exchange', 'protocol', 'proxy'],
      ({ proxies }) => proxies.map(({ protocol, proxy, score }) => [{ protocol, proxy }, score]),
    );
    this.#gauge(
      'feedlake_proxy_demoted',
      '1 while a proxy is left alone for others',
      ['exchange', 'protocol', 'proxy'],
      ({ proxies }) => proxies.map(({ protocol, proxy, demoted }) => [{ protocol, proxy }, Number(demoted)]),
    );
  }

  /** Counts one sending. */
  rest({ exchange, outcome, seconds, bytes, isRetry }: RestSample): void {
    this.#requests.inc({ exchange, outcome });
    this.#bytes.inc({ exchange }, bytes);
    this.#seconds.observe({ exchange }, seconds);
    if (isRetry) this.#retries.inc({ exchange });
  }

  /**
   * Asks `read` for the present state whenever the metrics are read.
   * @returns ends that
   */
  watch(read: () => RouteReadings): () => void {
    this.#sources.add(read);
    return () => void this.#sources.delete(read);
  }

  /** `content-type` of {@link text}. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All of them in Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
    return new Counter({ name: `feedlake_rest_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #gauge(
    name: string,
    help: string,
    labelNames: readonly string[],
    values: (readings: RouteReadings) => [Record<string, string>, number][],
  ): void {
    const sources = this.#sources;
    const gauge = new Gauge({
      name,
      help,
      labelNames,
      registers: [this.#registry],
      collect() {
        // What is no longer there is no longer shown.
        gauge.reset();
        for (const read of sources) {
          const readings = read();
          for (const [labels, value] of values(readings)) gauge.set({ exchange: readings.exchange, ...labels }, value);
        }
      },
    });
  }
}
