import { pino } from 'pino';
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
  return pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: (error: unknown) => error },
      formatters: { level: (label) => ({ level: label }), log: withPlainErrors, bindings: withPlainErrors },
    },
    lines,
  );
}

function withPlainErrors(fields: Record<string, unknown>): Record<string, unknown> {
  if (!Object.values(fields).some((value) => value instanceof Error)) return fields;
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? plainError(value) : value]),
  );
}
