/**
 * What went wrong with a venue, by what it is and not by which status it came with. Each kind has one reaction:
 *
 * | kind | reaction |
 * |---|---|
 * | `rate_limited` | wait until the venue's retry time, then go on |
 * | `banned` | no request to this host before the ban ends |
 * | `geo_blocked` | next host, then next proxy; waiting does not help |
 * | `auth` | stop using these credentials |
 * | `bad_symbol` | leave this symbol out |
 * | `maintenance` | retry with backoff, then next host |
 * | `bad_request` | report: it is our mistake |
 * | `network`, `timeout` | retry with backoff, then next host |
 * | `malformed` | retry once with backoff, then report |
 */
export type FaultKind =
  | 'rate_limited'
  | 'banned'
  | 'geo_blocked'
  | 'auth'
  | 'bad_symbol'
  | 'maintenance'
  | 'bad_request'
  | 'network'
  | 'timeout'
  | 'malformed';

export interface Fault {
  readonly kind: FaultKind;
  /** One line for people, in the venue's own words where it has some. */
  readonly message: string;
  /** When to come back, in microseconds since the epoch, where the venue says so. */
  readonly retryAt?: number;
}

/** A request that failed for good: its fault, after whatever the reaction to it was. */
export class VenueError extends Error {
  override readonly name = 'VenueError';
  readonly exchange: string;
  readonly fault: Fault;
  /** HTTP status, where there was a reply. */
  readonly status: number | null;

  constructor(exchange: string, fault: Fault, status: number | null, options?: ErrorOptions) {
    super(`${exchange}: ${fault.message}`, options);
    this.exchange = exchange;
    this.fault = fault;
    this.status = status;
  }

  get kind(): FaultKind {
    return this.fault.kind;
  }
}
