export { createLogger, type LoggerOptions } from './create-logger.ts';
export {
  EmbeddedMetrics,
  type EmbeddedMetricsOptions,
  type MetricFigure,
  type MetricUnit,
} from './embedded-metrics.ts';
export {
  type FeedHealth,
  type FeedState,
  type HealthReport,
  type HealthStatus,
  healthJson,
  isDeadFeed,
  type ScheduleHealth,
  type SegmentHealth,
  statusOf,
} from './health-report.ts';
export { type HealthServerOptions, startHealthServer } from './health-server.ts';
export { ListenError, type Listening, listening } from './listening.ts';
export { type Log, type Logger, type LogLevel, silentLogger } from './logger.ts';
export { Metrics, type RestSample } from './metrics.ts';
export type { FeedReadings, RouteReadings, SessionReadings, SinkReadings, StreamReadings } from './readings.ts';
