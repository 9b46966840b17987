import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Stretch, walk } from '../../../../packages/exchanges/src/ccxt/walk.ts';

const hour = 3_600_000;

/** How an exchange pages. */
interface Paging {
  readonly newestFirst: boolean;
  readonly heedsSince: boolean;
  readonly heedsEnd: boolean;
  /** The most that it gives, whatever is asked for. */
  readonly cap: number;
}

/** One page as it comes out of ccxt: what lies before the start is cut off there. */
function page(rows: readonly number[], { from, to }: Stretch, paging: Paging, limit: number): number[] {
  const inRange = rows.filter((time) => (!paging.heedsSince || time >= from) && (!paging.heedsEnd || time <= to));
  const most = Math.min(limit, paging.cap);
  const cut = paging.newestFirst ? inRange.slice(Math.max(0, inRange.length - most)) : inRange.slice(0, most);
  return cut.filter((time) => time >= from).slice(0, limit);
}

async function collect(rows: readonly number[], whole: Stretch, paging: Paging, perPage = 100) {
  const seen = new Set<number>();
  let pages = 0;
  const unreachable = await walk(whole, { spacing: hour, perPage }, async (stretch) => {
    if (++pages > 10_000) throw new Error('the walk does not end');
    const times = page(rows, stretch, paging, perPage);
    for (const time of times) seen.add(time);
    return times;
  });
  return { found: rows.filter((time) => seen.has(time) && time >= whole.from && time <= whole.to), pages, unreachable };
}

const every = (hours: number, count: number, start = 0) =>
  Array.from({ length: count }, (_, index) => start + index * hours * hour);

const both = { heedsSince: true, heedsEnd: true };

test('everything comes, whichever way an exchange pages and however little it gives', async () => {
  const spaced = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 400 }).map((steps) => {
    let time = 0;
    return steps.map((step) => {
      time += step * hour;
      return time;
    });
  });
  await fc.assert(
    fc.asyncProperty(
      spaced,
      fc.boolean(),
      fc.integer({ min: 1, max: 150 }),
      fc.nat(5000),
      fc.nat(5000),
      async (rows, newestFirst, cap, a, b) => {
        const whole = { from: Math.min(a, b) * hour, to: Math.max(a, b) * hour };
        const { found, unreachable } = await collect(rows, whole, { newestFirst, ...both, cap });
        expect(unreachable).toBeNull();
        expect(found).toEqual(rows.filter((time) => time >= whole.from && time <= whole.to));
      },
    ),
    { numRuns: 60 },
  );
});

describe('an exchange that does not heed the end', () => {
  const rows = every(1, 1000);
  const whole = { from: 0, to: 1000 * hour };

  test('goes on from the start: all of it', async () => {
    const paging = { newestFirst: false, heedsSince: true, heedsEnd: false, cap: 100 };
    const { found, unreachable, pages } = await collect(rows, whole, paging);
    expect([found.length, unreachable]).toEqual([1000, null]);
    expect(pages).toBeLessThan(15);
  });

  test('begins after the listing: nothing is out of reach', async () => {
    const paging = { newestFirst: false, heedsSince: true, heedsEnd: false, cap: 100 };
    const late = every(1, 500, 500 * hour);
    const { found, unreachable } = await collect(late, whole, paging);
    expect([found.length, unreachable]).toEqual([500, null]);
  });

  test('nor the start: the newest come, and how far they reach is told', async () => {
    const paging = { newestFirst: true, heedsSince: false, heedsEnd: false, cap: 100 };
    const { found, unreachable } = await collect(rows, whole, paging);
    expect(found).toEqual(rows.slice(-100));
    expect(unreachable).toBe(900 * hour);
    const past = await collect(rows, { from: 0, to: 500 * hour }, paging);
    expect(past).toMatchObject({ found: [], unreachable: 500 * hour + 1 });
  });
});

test('a stretch without rows costs one request', async () => {
  const { pages, unreachable } = await collect(
    [],
    { from: 0, to: 1000 * hour },
    { newestFirst: true, ...both, cap: 9 },
  );
  expect([pages, unreachable]).toEqual([1, null]);
});

test('no request is made for an edge that is too narrow for a row', async () => {
  const { pages } = await collect(
    every(1, 50),
    { from: 0, to: 50 * hour - 1 },
    { newestFirst: true, ...both, cap: 100 },
  );
  expect(pages).toBe(1);
});
