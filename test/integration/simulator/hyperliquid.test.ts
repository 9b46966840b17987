import { describe, expect, it } from 'vitest';
import { ask, data, simulate, start } from './client.ts';

const venue = 'hyperliquid';
const now = start / 1000;
interface Universe {
  universe: { name: string; isDelisted?: boolean }[];
}
type Context = Record<string, string | null | string[]>;
interface Funding {
  coin: string;
  time: number;
}

describe('simulated Hyperliquid', () => {
  it('joins universe and contexts by index, the delisted ones empty', async () => {
    const simulator = await simulate({ symbols: 500 });
    const [meta, contexts] = await data<[Universe, Context[]]>(simulator, venue, '/info', { type: 'metaAndAssetCtxs' });
    expect(contexts).toHaveLength(meta.universe.length);
    const delisted = meta.universe.flatMap((row, index) => (row.isDelisted ? [index] : []));
    expect(delisted.length).toBeGreaterThan(40);
    for (const index of delisted)
      expect(contexts[index]).toMatchObject({ openInterest: '0.0', midPx: null, premium: null });
    expect(meta.universe.map((row) => row.name)).toEqual(expect.arrayContaining(['BTC', 'kPEPE']));
    const longest = contexts.map((row) => String(row.openInterest).replace('.', '').length);
    expect(Math.max(...longest)).toBeGreaterThan(15);
  });

  it('has builder dexes with prefixed coins', async () => {
    const simulator = await simulate();
    const dexes = await data<({ name: string } | null)[]>(simulator, venue, '/info', { type: 'perpDexs' });
    expect(dexes.map((dex) => dex?.name ?? null)).toEqual([null, 'xyz', 'flx']);
    const [meta] = await data<[Universe]>(simulator, venue, '/info', { type: 'metaAndAssetCtxs', dex: 'xyz' });
    expect(meta.universe.map((row) => row.name)).toContain('xyz:NVDA');
    expect(
      await data(simulator, venue, '/info', { type: 'fundingHistory', coin: 'xyz:NVDA', startTime: now - 4e6 }),
    ).toHaveLength(1);
    expect(await ask(simulator, venue, '/info', { type: 'meta', dex: 'nope' })).toMatchObject({
      status: 500,
      text: 'null',
    });
  });

  it.each([500, 7])('pages funding history of at most %i rows forward: every hour once, stamped late', async (cap) => {
    const simulator = await simulate({ hyperliquid: { fundingPage: cap }, enforceLimits: false });
    const from = now - 600 * 3_600_000;
    const rows: Funding[] = [];
    for (let next = from; ; ) {
      const page = await data<Funding[]>(simulator, venue, '/info', {
        type: 'fundingHistory',
        coin: 'BTC',
        startTime: next,
      });
      expect(page.length).toBeLessThanOrEqual(cap);
      if (page.length === 0) break;
      rows.push(...page);
      next = (page.at(-1)?.time ?? 0) + 1;
    }
    expect(rows.map((row) => Math.floor(row.time / 3_600_000))).toEqual(
      Array.from({ length: 600 }, (_, index) => Math.floor(from / 3_600_000) + 1 + index),
    );
    expect(rows.every((row) => row.time % 3_600_000 >= 1 && row.time % 3_600_000 <= 118)).toBe(true);
  });

  it('predicts for the hour that was just settled', async () => {
    const simulator = await simulate();
    const rows = await data<[string, [string, { nextFundingTime: number }][]][]>(simulator, venue, '/info', {
      type: 'predictedFundings',
    });
    const own = rows[0]?.[1].find(([name]) => name === 'HlPerp')?.[1];
    expect(own?.nextFundingTime).toBe(Date.UTC(2026, 9, 15, 12));
  });

  it('refuses in its own odd ways', async () => {
    const simulator = await simulate();
    const info = (body: unknown) => ask(simulator, venue, '/info', body);
    expect(await info({ type: 'nope' })).toMatchObject({ status: 422 });
    expect(await info({ type: 'fundingHistory', coin: 'BTC' })).toMatchObject({ status: 422 });
    expect(await info({ type: 'fundingHistory', coin: 'NOPE', startTime: 0 })).toMatchObject({
      status: 500,
      text: 'null',
    });
    expect(await info({ type: 'l2Book', coin: 'NOPE' })).toMatchObject({ status: 200, text: 'null' });
    expect(await ask(simulator, venue, '/info')).toMatchObject({ status: 405, text: '' });
    const url = `${simulator.urls.hyperliquid}/info`;
    const plain = await fetch(url, { method: 'POST', body: '{}', headers: { 'content-type': 'text/plain' } });
    expect(plain.status).toBe(415);
    const broken = await fetch(url, {
      method: 'POST',
      body: '{"type":',
      headers: { 'content-type': 'application/json' },
    });
    expect(broken.status).toBe(400);
  });

  it('serves books, trades, candles and mids', async () => {
    const simulator = await simulate();
    const book = await data<{ levels: object[][] }>(simulator, venue, '/info', { type: 'l2Book', coin: 'BTC' });
    expect(book.levels.map((side) => side.length)).toEqual([20, 20]);
    expect(await data(simulator, venue, '/info', { type: 'recentTrades', coin: 'BTC' })).toHaveLength(10);
    const req = { coin: 'BTC', interval: '1h', startTime: now - 3 * 3_600_000, endTime: now };
    expect(await data(simulator, venue, '/info', { type: 'candleSnapshot', req })).toHaveLength(3);
    expect(await data(simulator, venue, '/info', { type: 'allMids' })).toHaveProperty('BTC');
    expect(await data(simulator, venue, '/info', { type: 'meta' })).toHaveProperty('universe');
  });

  it('charges long replies more, and refuses over 1200 a minute', async () => {
    const simulator = await simulate();
    const long = { type: 'fundingHistory', coin: 'BTC', startTime: now - 500 * 3_600_000 };
    const statuses: number[] = [];
    for (let i = 0; i < 28; i += 1) statuses.push((await ask(simulator, venue, '/info', long)).status);
    expect(statuses).toEqual([...Array(27).fill(200), 429]);
  });
});
