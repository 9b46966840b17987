import { type Logger as PinoLogger, pino } from 'pino';
import type { Logger, LogLevel } from './logger.ts';
import { plainError } from './plain-error.ts';
import { textLine } from './text-line.ts';

export interface LoggerOptions {
  /** The least level that is written. Default `info`. */
  readonly level?: LogLevel;
  /** `json`: one object a line, for machines; `text`: one readable line, for people. Default `json`. */
  readonly format?: 'json' | 'text';
  /** Takes each line as soon as it is logged. Default: standard error. */
  readonly stream?: { write(line: string): unknown };
}

/**
 * Makes a logger. Every line has `time` (ISO 8601, UTC), `level` and `message`; an `Error` among the fields is written
 * as its name, message and code, so that nothing that a library hangs onto its errors gets out.
 */
export function createLogger(options: LoggerOptions = {}): Logger {
  const { level = 'info', format = 'json', stream = process.stderr } = options;
  const lines = { write: (line: string) => void stream.write(format === 'json' ? line : textLine(JSON.parse(line))) };
  const logger = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: (error: unknown) => error },
      formatters: { level: (label) => ({ level: label }), log: withPlainErrors },
    },
    lines,
  );
  return loggerOn(logger);
}

/** pino formats a child's fields without the parent's formatters, so children are made here. */
function loggerOn(pino: PinoLogger): Logger {
  return {
    trace: (fields, message) => pino.trace(fields, message),
    debug: (fields, message) => pino.debug(fields, message),
    info: (fields, message) => pino.info(fields, message),
    warn: (fields, message) => pino.warn(fields, message),
    error: (fields, message) => pino.error(fields, message),
    child: (fields) => loggerOn(pino.child(withPlainErrors({ ...fields }))),
  };
}

function withPlainErrors(fields: Record<string, unknown>): Record<string, unknown> {
  if (!Object.values(fields).some((value) => value instanceof Error)) return fields;
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? plainError(value) : value]),
  );
}
