/** A unit that CloudWatch knows. */
export type MetricUnit = 'None' | 'Count' | 'Bytes' | 'Milliseconds' | 'Seconds' | 'Percent';

/** A figure: a plain count, or a value with its unit. */
export type MetricFigure = number | { readonly value: number; readonly unit: MetricUnit };

export interface EmbeddedMetricsOptions {
  readonly namespace: string;
  /** Dimension of every metric, alone and with all others. */
  readonly stage: string;
  /** Takes each line. Default: standard output, which Lambda and the log driver of ECS bring to CloudWatch Logs. */
  readonly stream?: { write(line: string): unknown };
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/**
 * Writes metrics as lines of a log, from which CloudWatch makes metrics:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export class EmbeddedMetrics {
  readonly #options: Required<EmbeddedMetricsOptions>;

  constructor(options: EmbeddedMetricsOptions) {
    this.#options = { stream: process.stdout, now: Date.now, ...options };
  }

  /**
   * Writes figures of one moment. Each becomes two metrics: one of the stage as a whole, and one of the stage and all the
   * dimensions given. What is no finite number is left out.
   */
  put(dimensions: Readonly<Record<string, string>>, figures: Readonly<Record<string, MetricFigure>>): void {
    const { namespace, stage, stream, now } = this.#options;
    const finite = Object.entries(figures).flatMap(([name, figure]) => {
      const { value, unit } = typeof figure === 'number' ? { value: figure, unit: 'Count' } : figure;
      return Number.isFinite(value) ? [{ name, value, unit }] : [];
    });
    if (finite.length === 0) return;
    const names = Object.keys(dimensions);
    const directive = {
      Namespace: namespace,
      Dimensions: names.length === 0 ? [['stage']] : [['stage'], ['stage', ...names]],
      Metrics: finite.map(({ name, unit }) => ({ Name: name, Unit: unit })),
    };
    const line = {
      _aws: { Timestamp: now(), CloudWatchMetrics: [directive] },
      stage,
      ...dimensions,
      ...Object.fromEntries(finite.map(({ name, value }) => [name, value])),
    };
    stream.write(`${JSON.stringify(line)}\n`);
  }
}
