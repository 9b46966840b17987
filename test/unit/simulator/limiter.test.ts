import { second } from '@feedlake/schema';
import { describe, expect, it } from 'vitest';
import { Limiter } from '../../../packages/simulator/src/limiter.ts';

const budget = { pool: 'weight', capacity: 10, seconds: 60 };
const start = 1_800_000_000 * second;

describe('Limiter', () => {
  it('refuses what does not fit the window, charges nothing for it, and starts anew with the next', () => {
    const limiter = new Limiter([budget], true);
    expect(limiter.take({ weight: 8 }, start)).toEqual({ kind: 'allowed' });
    expect(limiter.take({ weight: 5 }, start + second)).toEqual({ kind: 'limited' });
    expect(limiter.take({ weight: 2 }, start + second)).toEqual({ kind: 'allowed' });
    expect(limiter.used(start + second)).toEqual({ weight: 10 });
    expect(limiter.take({ weight: 5 }, start + 60 * second)).toEqual({ kind: 'allowed' });
  });

  it('bans who goes on after refusals, until the ban ends', () => {
    const limiter = new Limiter([{ ...budget, banAfter: 2, banSeconds: 120 }], true);
    const verdicts = Array.from({ length: 4 }, () => limiter.take({ weight: 6 }, start).kind);
    expect(verdicts).toEqual(['allowed', 'limited', 'limited', 'banned']);
    expect(limiter.take({ weight: 1 }, start + 119 * second)).toEqual({ kind: 'banned', until: start + 120 * second });
    expect(limiter.take({ weight: 1 }, start + 120 * second)).toEqual({ kind: 'allowed' });
  });

  it('counts pools apart, and counts on where nothing is enforced', () => {
    const limiter = new Limiter([budget, { pool: 'funding', capacity: 1, seconds: 60 }], true);
    expect(limiter.take({ funding: 1 }, start)).toEqual({ kind: 'allowed' });
    expect(limiter.take({ funding: 1 }, start)).toEqual({ kind: 'limited' });
    expect(limiter.take({ weight: 1 }, start)).toEqual({ kind: 'allowed' });
    const lax = new Limiter([budget], false);
    expect(lax.take({ weight: 50 }, start)).toEqual({ kind: 'allowed' });
    expect(lax.used(start)).toEqual({ weight: 50 });
  });
});
