/** What a line is worth: `silent` writes nothing, `trace` everything. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Writes one structured line: what happened as fields, and the same in plain words. */
export type Log = (fields: object, message: string) => void;

/** Where every package writes what it does. Fields never hold a secret: who logs sees to that. */
export interface Logger {
  readonly trace: Log;
  readonly debug: Log;
  readonly info: Log;
  readonly warn: Log;
  readonly error: Log;
  /** A logger whose lines all carry these fields too. */
  child(fields: object): Logger;
}

const nothing: Log = () => {};

/** A logger that writes nothing. */
export const silentLogger: Logger = {
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => silentLogger,
};
