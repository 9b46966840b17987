import type { VenueId, VenueRequest } from '../venue.ts';
import { connectionFaults, type FaultKind, type FaultRule, messageFaults, subscriptionFaults } from './rule.ts';

interface Standing {
  readonly rule: FaultRule;
  toSkip: number;
  left: number;
  hits: number;
}

/** A rule that stands, and how often it has hit. */
export interface StandingRule {
  readonly rule: FaultRule;
  readonly hits: number;
}

/** Kinds that would leave nothing of a simulation if they hit more than once unasked. */
const once: ReadonlySet<FaultKind> = new Set(['shifting-page', 'close', 'half-open']);

/** The rules that stand, first come first served. */
export class FaultRules {
  #standing: Standing[] = [];
  #ofStreams = false;

  add(rule: FaultRule): void {
    const times = rule.times ?? (once.has(rule.kind) ? 1 : Number.POSITIVE_INFINITY);
    this.#standing.push({ rule, toSkip: rule.after ?? 0, left: times, hits: 0 });
    this.#ofStreams ||= [messageFaults, connectionFaults, subscriptionFaults].some((kinds) => kinds.has(rule.kind));
  }

  /** Notes a rule that has done already what it does. */
  addDone(rule: FaultRule, hits: number): void {
    this.#standing.push({ rule, toSkip: 0, left: 0, hits });
  }

  clear(): void {
    this.#standing = [];
    this.#ofStreams = false;
  }

  /** Whether any rule that stands may hit a message, so that a feed without faults need not ask for each of its own. */
  get ofStreams(): boolean {
    return this.#ofStreams;
  }

  list(): StandingRule[] {
    return this.#standing.map(({ rule, hits }) => ({ rule, hits }));
  }

  /** Whether a rule has not been cleared; one that has hit as often as it may still stands. */
  stands(rule: FaultRule): boolean {
    return this.#standing.some((standing) => standing.rule === rule);
  }

  /**
   * The rule that something falls under, counted as used; null where all goes well.
   * @param subject what rules are matched with: a request (see {@link subjectOf}) or a topic.
   * @param kinds the faults that can befall it.
   */
  take(venue: VenueId, subject: string, kinds: ReadonlySet<FaultKind>): FaultRule | null {
    for (const standing of this.#standing) {
      if (standing.left <= 0 || !kinds.has(standing.rule.kind) || !hits(standing.rule, venue, subject)) continue;
      if (standing.toSkip > 0) {
        standing.toSkip -= 1;
        continue;
      }
      standing.left -= 1;
      standing.hits += 1;
      return standing.rule;
    }
    return null;
  }
}

/** What rules are matched with: `GET /path?query`, `POST /info {"type":"meta"}`. */
export function subjectOf(request: VenueRequest): string {
  const query = request.queryText === '' ? '' : `?${request.queryText}`;
  return `${request.method} ${request.path}${query}${request.body === '' ? '' : ` ${request.body}`}`;
}

/** Whether a rule is about a venue's subject. */
export function hits(rule: FaultRule, venue: VenueId, subject: string): boolean {
  if (rule.venue !== undefined && rule.venue !== venue) return false;
  if (rule.match === undefined) return true;
  return typeof rule.match === 'string' ? subject.includes(rule.match) : new RegExp(rule.match).test(subject);
}
