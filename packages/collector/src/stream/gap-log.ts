import { hour } from '@feedlake/schema';

/** Counts gaps by what they are in: by cause since the start, and those of the last hour. */
export class GapLog {
  readonly #counts = new Map<string, Map<string, number>>();
  readonly #times = new Map<string, number[]>();

  /** A gap began at a time (µs). */
  add(name: string, cause: string, at: number): void {
    const counts = this.#counts.get(name) ?? new Map<string, number>();
    counts.set(cause, (counts.get(cause) ?? 0) + 1);
    this.#counts.set(name, counts);
    const times = this.#times.get(name) ?? [];
    times.push(at);
    this.#times.set(name, recent(times, at));
  }

  /** Gaps since the start, by cause. */
  byCause(name: string): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts.get(name) ?? []);
  }

  /** Gaps that began within an hour before a time (µs). */
  lastHour(name: string, at: number): number {
    return recent(this.#times.get(name) ?? [], at).length;
  }
}

/** Times are in order; cut only where enough is old, so that adding stays cheap. */
function recent(times: number[], at: number): number[] {
  const first = times.findIndex((time) => time > at - hour);
  if (first === 0) return times;
  return first < 0 ? [] : times.slice(first);
}
