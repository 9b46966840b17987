import { Counter, Histogram, Registry } from 'prom-client';
import { DerivedMetrics } from './derived-metrics.ts';
import type { RouteReadings, StreamReadings } from './readings.ts';
import { routeMetrics } from './route-metrics.ts';
import { streamMetrics } from './stream-metrics.ts';

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

/** The process's figures in the form that Prometheus reads. */
export class Metrics {
  readonly #registry = new Registry();
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
  readonly #routes = new DerivedMetrics(this.#registry, routeMetrics);
  readonly #streams = new DerivedMetrics(this.#registry, streamMetrics);

  /** Counts one sending. */
  rest({ exchange, outcome, seconds, bytes, isRetry }: RestSample): void {
    this.#requests.inc({ exchange, outcome });
    this.#bytes.inc({ exchange }, bytes);
    this.#seconds.observe({ exchange }, seconds);
    if (isRetry) this.#retries.inc({ exchange });
  }

  /**
   * Asks `read` for the present state of the ways to an exchange whenever the metrics are read.
   * @returns ends that
   */
  watch(read: () => RouteReadings): () => void {
    return this.#routes.watch(read);
  }

  /**
   * Asks `read` how the live feeds fare whenever the metrics are read. Its counts go when it goes.
   * @returns ends that
   */
  watchStreams(read: () => StreamReadings): () => void {
    return this.#streams.watch(read);
  }

  /** `content-type` of {@link text}. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All of them in Prometheus' text format. */
  async text(): Promise<string> {
    this.#routes.update();
    this.#streams.update();
    return this.#registry.metrics();
  }

  #counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
    return new Counter({ name: `feedlake_rest_${name}`, help, labelNames, registers: [this.#registry] });
  }
}
