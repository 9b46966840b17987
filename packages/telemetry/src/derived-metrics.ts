import { Counter, Gauge, type Registry } from 'prom-client';

/** A value with its labels. */
export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** A metric that follows from readings. */
export interface Derived<Readings> {
  /** By Prometheus' convention: the unit at the end, `_total` for what only grows. */
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** `total`: it only grows, and values of the same labels add up; `sum`: they add up; `highest`: the highest counts. */
  readonly kind: 'total' | 'sum' | 'highest';
  readonly samples: (readings: Readings) => Iterable<Sample>;
}

/**
 * Metrics that are worked out, whenever they are read, from what their sources say at that moment. What is no longer there is
 * no longer shown.
 */
export class DerivedMetrics<Readings> {
  readonly #sources = new Set<() => Readings>();
  readonly #metrics: readonly (readonly [Derived<Readings>, Counter | Gauge])[];

  constructor(registry: Registry, metrics: readonly Derived<Readings>[]) {
    this.#metrics = metrics.map((metric) => {
      const { name, help, labels, kind } = metric;
      const options = { name, help, labelNames: labels, registers: [registry] };
      return [metric, kind === 'total' ? new Counter(options) : new Gauge(options)];
    });
  }

  /**
   * Adds a source.
   * @returns takes it away again
   */
  watch(read: () => Readings): () => void {
    const source = () => read();
    this.#sources.add(source);
    return () => void this.#sources.delete(source);
  }

  /** Asks each source once. */
  update(): void {
    const readings = [...this.#sources].map((read) => read());
    for (const [metric, shown] of this.#metrics) {
      shown.reset();
      const samples = readings.flatMap((one) => [...metric.samples(one)]);
      for (const [labels, value] of merged(samples, metric.kind)) shown.inc({ ...labels }, value);
    }
  }
}

/** One value for each set of labels. */
function merged(samples: readonly Sample[], kind: Derived<never>['kind']): Iterable<Sample> {
  const values = new Map<string, Sample>();
  for (const [labels, value] of samples) {
    const key = JSON.stringify(labels);
    const known = values.get(key)?.[1];
    const whole = known === undefined ? value : kind === 'highest' ? Math.max(known, value) : known + value;
    values.set(key, [labels, whole]);
  }
  return values.values();
}
