import { floorTo, second } from '@feedlake/schema';
import type { Budget } from './venue.ts';

/** What a venue's limits say to a request: let through, refused, or refused by a ban that ends at a time. */
export type Verdict =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'limited' }
  | { readonly kind: 'banned'; readonly until: number };

interface Window {
  start: number;
  used: number;
  refused: number;
}

/** The budgets of one venue in fixed windows, for the one address that its clients have. Times in microseconds. */
export class Limiter {
  readonly #budgets: readonly Budget[];
  readonly #enforce: boolean;
  readonly #windows = new Map<string, Window>();
  #bannedUntil = 0;

  /** @param enforce false = count and refuse nothing. */
  constructor(budgets: readonly Budget[], enforce: boolean) {
    this.#budgets = budgets;
    this.#enforce = enforce;
  }

  /** Charges a request. What is refused costs nothing; refusals over a budget's patience become a ban. */
  take(costs: Readonly<Record<string, number>>, at: number): Verdict {
    if (at < this.#bannedUntil) return { kind: 'banned', until: this.#bannedUntil };
    const charged = this.#budgets.filter((budget) => costs[budget.pool] !== undefined);
    const over = charged.find((budget) => this.#window(budget, at).used + (costs[budget.pool] ?? 0) > budget.capacity);
    if (over !== undefined && this.#enforce) return this.#refuse(over, at);
    for (const budget of charged) this.#window(budget, at).used += costs[budget.pool] ?? 0;
    return { kind: 'allowed' };
  }

  /** Charges the first budget for what a reply turned out to cost. */
  charge(cost: number, at: number): void {
    const [first] = this.#budgets;
    if (first !== undefined) this.#window(first, at).used += cost;
  }

  /** What is used up of each budget in the window now running. */
  used(at: number): Record<string, number> {
    return Object.fromEntries(this.#budgets.map((budget) => [budget.pool, this.#window(budget, at).used]));
  }

  #refuse(budget: Budget, at: number): Verdict {
    const window = this.#window(budget, at);
    window.refused += 1;
    if (budget.banAfter === undefined || window.refused <= budget.banAfter) return { kind: 'limited' };
    this.#bannedUntil = at + (budget.banSeconds ?? 0) * second;
    return { kind: 'banned', until: this.#bannedUntil };
  }

  #window(budget: Budget, at: number): Window {
    const start = floorTo(at, budget.seconds * second);
    const known = this.#windows.get(budget.pool);
    if (known?.start === start) return known;
    const fresh = { start, used: 0, refused: 0 };
    this.#windows.set(budget.pool, fresh);
    return fresh;
  }
}
