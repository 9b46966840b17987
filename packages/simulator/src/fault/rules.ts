import type { VenueId, VenueRequest } from '../venue.ts';
import type { FaultRule } from './rule.ts';

interface Standing {
  readonly rule: FaultRule;
  toSkip: number;
  left: number;
}

/** The rules that stand, first come first served. */
export class FaultRules {
  #standing: Standing[] = [];

  add(rule: FaultRule): void {
    const once = rule.kind === 'shifting-page' ? 1 : Number.POSITIVE_INFINITY;
    this.#standing.push({ rule, toSkip: rule.after ?? 0, left: rule.times ?? once });
  }

  clear(): void {
    this.#standing = [];
  }

  /** The rule that a request falls under, counted as used; null where it is served well. */
  take(venue: VenueId, request: VenueRequest): FaultRule | null {
    const subject = subjectOf(request);
    for (const standing of this.#standing) {
      if (!hits(standing.rule, venue, subject) || standing.left <= 0) continue;
      if (standing.toSkip > 0) {
        standing.toSkip -= 1;
        continue;
      }
      standing.left -= 1;
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

function hits(rule: FaultRule, venue: VenueId, subject: string): boolean {
  if (rule.kind === 'refuse' || (rule.venue !== undefined && rule.venue !== venue)) return false;
  if (rule.match === undefined) return true;
  return typeof rule.match === 'string' ? subject.includes(rule.match) : new RegExp(rule.match).test(subject);
}
