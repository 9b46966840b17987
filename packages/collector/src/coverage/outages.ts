import { minute } from '@feedlake/schema';
import type { Interval } from '../intervals.ts';
import type { CoverageKind } from './kind.ts';
import type { Gap, Timeline } from './timeline.ts';

/** Gaps of one dataset that were one event: the same cause, at nearly the same time. */
export interface Outage extends Interval {
  readonly exchange: string;
  readonly dataset: string;
  readonly kind: CoverageKind;
  readonly periodSeconds: number | null;
  readonly cause: string | null;
  /** Each once, in order; null, the last of them = all that are not named. */
  readonly symbols: readonly (string | null)[];
  /** Of the longest of its gaps, in microseconds. */
  readonly longest: number;
}

/** Gaps of one event begin and end within this of each other, or within a tenth of their length where that is more. */
const nearly = minute;

interface Found {
  readonly timeline: Timeline;
  readonly gap: Gap;
}

/** Puts the gaps of timelines together by event, oldest first. */
export function outagesOf(timelines: readonly Timeline[]): Outage[] {
  const bySubject = new Map<string, Found[]>();
  for (const timeline of timelines) {
    for (const gap of timeline.stretches) {
      if (gap.state !== 'gap') continue;
      const { exchange, dataset, kind, periodSeconds } = timeline;
      const key = JSON.stringify([exchange, dataset, kind, periodSeconds, gap.cause]);
      const found = { timeline, gap };
      const known = bySubject.get(key);
      if (known === undefined) bySubject.set(key, [found]);
      else known.push(found);
    }
  }
  const outages = [...bySubject.values()].flatMap(eventsOf);
  return outages.sort((a, b) => a.from - b.from || a.to - b.to);
}

function eventsOf(found: Found[]): Outage[] {
  const events: Event[] = [];
  let recent = 0;
  for (const { timeline, gap } of found.sort((a, b) => a.gap.from - b.gap.from)) {
    while (events[recent]?.isOver(gap.from)) recent += 1;
    let index = recent;
    while (index < events.length && events[index]?.includes(gap) === false) index += 1;
    const event = events[index];
    if (event === undefined) events.push(new Event(timeline, gap));
    else event.add(timeline, gap);
  }
  return events.map((event) => event.outage());
}

/** The gaps of one event, as they are found in the order of their beginning. */
class Event {
  readonly #first: Gap;
  readonly #timeline: Timeline;
  readonly #tolerance: number;
  readonly #symbols = new Set<string | null>();
  #to = 0;
  #longest = 0;

  constructor(timeline: Timeline, gap: Gap) {
    this.#first = gap;
    this.#timeline = timeline;
    this.#tolerance = Math.max(nearly, (gap.to - gap.from) / 10);
    this.add(timeline, gap);
  }

  /** Whether gaps that begin at a time, or later, can't be of it. */
  isOver(time: number): boolean {
    return time - this.#first.from > this.#tolerance;
  }

  includes(gap: Gap): boolean {
    return !this.isOver(gap.from) && Math.abs(gap.to - this.#first.to) <= this.#tolerance;
  }

  add({ symbol }: Timeline, gap: Gap): void {
    this.#symbols.add(symbol);
    this.#to = Math.max(this.#to, gap.to);
    this.#longest = Math.max(this.#longest, gap.to - gap.from);
  }

  outage(): Outage {
    const { exchange, dataset, kind, periodSeconds } = this.#timeline;
    const { from, cause } = this.#first;
    const symbols = [...this.#symbols].sort(inOrder);
    return { exchange, dataset, kind, periodSeconds, from, to: this.#to, cause, symbols, longest: this.#longest };
  }
}

function inOrder(one: string | null, other: string | null): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return one < other ? -1 : Number(one > other);
}
