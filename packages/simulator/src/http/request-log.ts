import type { VenueId } from '../venue.ts';

/** A request that a venue has had. */
export interface RecordedRequest {
  readonly venue: VenueId;
  readonly method: string;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly body: string;
  /** What was answered; null where the connection was reset instead. */
  readonly status: number | null;
  /** What it cost, by pool. */
  readonly weight: Readonly<Record<string, number>>;
  /** Venue's time, microseconds. */
  readonly at: number;
}

const capacity = 100_000;

/** The requests of all venues in the order they came; the last hundred thousand. */
export class RequestLog {
  #requests: RecordedRequest[] = [];

  add(request: RecordedRequest): void {
    this.#requests.push(request);
    if (this.#requests.length > 2 * capacity) this.#requests = this.#requests.slice(-capacity);
  }

  of(venue: VenueId): RecordedRequest[] {
    return this.#requests.filter((request) => request.venue === venue);
  }

  clear(): void {
    this.#requests = [];
  }
}
