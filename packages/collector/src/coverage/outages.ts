import { minute } from '@feedlake/schema';
import type { Interval } from '../intervals.ts';
import type { CoverageKind } from './kind.ts';
import type { Gap, Timeline } from './timeline.ts';

/** Gaps of one dataset that were one event: the same cause, at nearly the same time, of each symbol one. */
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

/**
 * Puts the gaps of timelines together by event, oldest first. O(n log n), times the events that are under way at once, which
 * are no more than there are timelines.
 */
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
  const outages = [...bySubject.values()].flatMap((found) => joined(shared(found)).map((event) => event.outage()));
  return outages.sort((a, b) => a.from - b.from || a.to - b.to);
}

/**
 * The events of gaps that have a moment in common, in the order of their beginning. An interruption is a moment, and all that
 * it takes is missing then; gaps of one timeline never have one in common.
 */
function shared(found: Found[]): Event[] {
  const events: Event[] = [];
  let open: Event[] = [];
  for (const { timeline, gap } of found.sort((a, b) => a.gap.from - b.gap.from)) {
    open = open.filter((event) => event.lastsAt(gap.from) && !event.isOver(gap.from));
    const event = nearest(open, gap);
    if (event === null) {
      const begun = new Event(timeline, gap);
      events.push(begun);
      open.push(begun);
    } else event.add(timeline, gap);
  }
  return events;
}

/**
 * Puts events of different symbols together that are at nearly the same time: what breaks feeds one after the other is one
 * event too. None goes beyond an earlier gap of its own symbols.
 */
function joined(events: readonly Event[]): Event[] {
  const kept: Event[] = [];
  /** By symbol the place of the last event with a gap of it. */
  const last = new Map<string | null, number>();
  let recent = 0;
  for (const event of events) {
    while (kept[recent]?.isOver(event.first.from)) recent += 1;
    const after = [...event.symbols].reduce((place, symbol) => Math.max(place, (last.get(symbol) ?? -1) + 1), recent);
    const other = nearest(kept.slice(after), event.first);
    const place = other === null ? kept.length : kept.indexOf(other, after);
    if (other === null) kept.push(event);
    else other.take(event);
    for (const symbol of event.symbols) last.set(symbol, place);
  }
  return kept;
}

/** The event that a gap is of by its times, and of several the one whose times are the nearest; null = none. */
function nearest(events: readonly Event[], gap: Gap): Event | null {
  let best: Event | null = null;
  for (const event of events) {
    if (event.includes(gap) && (best === null || event.distance(gap) < best.distance(gap))) best = event;
  }
  return best;
}

/** The gaps of one event, as they are found in the order of their beginning. */
class Event {
  readonly first: Gap;
  readonly symbols = new Set<string | null>();
  readonly #timeline: Timeline;
  readonly #tolerance: number;
  #to = 0;
  /** When the first of its gaps ends. */
  #common = Number.POSITIVE_INFINITY;
  #longest = 0;

  constructor(timeline: Timeline, gap: Gap) {
    this.first = gap;
    this.#timeline = timeline;
    this.#tolerance = Math.max(nearly, (gap.to - gap.from) / 10);
    this.add(timeline, gap);
  }

  /** Whether gaps that begin at a time, or later, can't be of it. */
  isOver(time: number): boolean {
    return time - this.first.from > this.#tolerance;
  }

  /** Whether all of its gaps, which began before, last at a time. */
  lastsAt(time: number): boolean {
    return time < this.#common;
  }

  includes(gap: Gap): boolean {
    return !this.isOver(gap.from) && Math.abs(gap.to - this.first.to) <= this.#tolerance;
  }

  /** How far the times of a gap are from those of its first one, in microseconds. */
  distance(gap: Gap): number {
    return Math.abs(gap.from - this.first.from) + Math.abs(gap.to - this.first.to);
  }

  add({ symbol }: Timeline, gap: Gap): void {
    this.symbols.add(symbol);
    this.#to = Math.max(this.#to, gap.to);
    this.#common = Math.min(this.#common, gap.to);
    this.#longest = Math.max(this.#longest, gap.to - gap.from);
  }

  /** Takes the gaps of another one. */
  take(other: Event): void {
    for (const symbol of other.symbols) this.symbols.add(symbol);
    this.#to = Math.max(this.#to, other.#to);
    this.#longest = Math.max(this.#longest, other.#longest);
  }

  outage(): Outage {
    const { exchange, dataset, kind, periodSeconds } = this.#timeline;
    const { from, cause } = this.first;
    const symbols = [...this.symbols].sort(inOrder);
    return { exchange, dataset, kind, periodSeconds, from, to: this.#to, cause, symbols, longest: this.#longest };
  }
}

function inOrder(one: string | null, other: string | null): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return one < other ? -1 : Number(one > other);
}
