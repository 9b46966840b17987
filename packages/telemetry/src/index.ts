export { createLogger, type LoggerOptions } from './create-logger.ts';
export { type Log, type Logger, type LogLevel, silentLogger } from './logger.ts';
export { Metrics, type RestSample, type RouteReadings } from './metrics.ts';
