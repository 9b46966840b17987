import { describe, expect, it } from 'vitest';
import { ask, data, simulate, start } from './client.ts';

const venue = 'backpack';
const now = start / 1000;
interface Funding {
  fundingRate: string;
  intervalEndTimestamp: string;
}
const history = '/api/v1/fundingRates?symbol=BTC_USDC_PERP';

describe('simulated Backpack', () => {
  it('lists perpetuals with dots and by the thousand beside other kinds of market', async () => {
    const simulator = await simulate({ symbols: 500 });
    const rows = await data<{ symbol: string; marketType: string; fundingInterval: number | null }[]>(
      simulator,
      venue,
      '/api/v1/markets',
    );
    const types = new Map(rows.map((row) => [row.symbol, row.marketType]));
    expect(types.get('AAPL.US_USDC_PERP')).toBe('PERP');
    expect(types.get('kPEPE_USDC_PERP')).toBe('PERP');
    expect(new Set(types.values())).toEqual(new Set(['PERP', 'SPOT', 'PREDICTION']));
    const perpetuals = await data<{ fundingInterval: number }[]>(simulator, venue, '/api/v1/markets?marketType=PERP');
    expect(perpetuals.every((row) => row.fundingInterval === 3_600_000)).toBe(true);
  });

  it('gives open interest and mark prices in bulk, rates with up to 28 digits', async () => {
    const simulator = await simulate();
    const open = await data<{ symbol: string; timestamp: number }[]>(simulator, venue, '/api/v1/openInterest');
    expect(open.every((row) => row.timestamp === now && row.symbol.endsWith('_PERP'))).toBe(true);
    const marks = await data<{ fundingRate: string; nextFundingTimestamp: number }[]>(
      simulator,
      venue,
      '/api/v1/markPrices',
    );
    expect(marks).toHaveLength(open.length);
    const digits = marks.map((row) => row.fundingRate.replace(/^-?0\.0*/, '').length);
    expect(Math.max(...digits)).toBe(28);
    expect(await data(simulator, venue, '/api/v1/openInterest?symbol=BTC_USDC_PERP')).toHaveLength(1);
  });

  it('begins funding history with the interval that is still open, newest first, 9 decimals, no zone', async () => {
    const simulator = await simulate();
    const rows = await data<Funding[]>(simulator, venue, `${history}&limit=3`);
    expect(rows.map((row) => row.intervalEndTimestamp)).toEqual([
      '2026-10-15T13:00:00',
      '2026-10-15T12:00:00',
      '2026-10-15T11:00:00',
    ]);
    expect(rows.every((row) => /^-?0(\.\d{1,9})?$/.test(row.fundingRate))).toBe(true);
    const kinds = simulator.truth.records({ venue, dataset: 'funding_rates' }).map((record) => record.kind);
    expect(kinds).toEqual(['running', 'settled', 'settled']);
  });

  it('pages by an offset that shifts when an hour settles meanwhile', async () => {
    const simulator = await simulate();
    const times = async (offset: number) =>
      (await data<Funding[]>(simulator, venue, `${history}&limit=5&offset=${offset}`)).map(
        (row) => row.intervalEndTimestamp,
      );
    const [first, second] = [await times(0), await times(5)];
    expect(new Set([...first, ...second]).size).toBe(10);
    await simulator.faults.add({ venue, kind: 'shifting-page', match: 'offset=5' });
    const shifted = await times(5);
    expect(shifted[0]).toBe(first[4]);
    expect((await times(0))[0]).toBe('2026-10-15T14:00:00');
  });

  it('ends funding history at the listing', async () => {
    const simulator = await simulate();
    const whole = await data<Funding[]>(simulator, venue, `${history}&limit=10000&offset=0`);
    const rest: Funding[] = [];
    for (let offset = 10_000; ; offset += 10_000) {
      const page = await data<Funding[]>(simulator, venue, `${history}&limit=10000&offset=${offset}`);
      rest.push(...page);
      if (page.length < 10_000) break;
    }
    const times = [...whole, ...rest].map((row) => row.intervalEndTimestamp);
    expect(new Set(times).size).toBe(times.length);
    const [market] = await data<{ symbol: string; createdAt: string }[]>(simulator, venue, '/api/v1/markets');
    expect((times.at(-1) ?? '') > (market?.createdAt ?? '~')).toBe(true);
  });

  it('has bids ascending, unpadded prices and microseconds in depth', async () => {
    const simulator = await simulate();
    const depth = await data<{ bids: string[][]; asks: string[][]; timestamp: number; lastUpdateId: string }>(
      simulator,
      venue,
      '/api/v1/depth?symbol=BTC_USDC_PERP&limit=20',
    );
    const prices = depth.bids.map(([price]) => Number(price));
    expect(prices).toEqual(prices.toSorted((a, b) => a - b));
    expect([...depth.bids, ...depth.asks].some(([price]) => price?.endsWith('.0'))).toBe(false);
    expect(depth).toMatchObject({ timestamp: start, lastUpdateId: expect.any(String) });
  });

  it('answers in plain text where the venue does', async () => {
    const simulator = await simulate();
    expect(await ask(simulator, venue, '/api/v1/time')).toMatchObject({ status: 200, text: String(now) });
    expect(await ask(simulator, venue, '/api/v1/nope')).toMatchObject({ status: 404, text: 'not found' });
    const limit = await ask(simulator, venue, '/api/v1/depth?symbol=BTC_USDC_PERP&limit=30');
    expect(limit).toMatchObject({ status: 400, text: expect.stringMatching(/^failed to parse parameter `limit`/) });
    expect(limit.headers.get('content-type')).toContain('text/plain');
    expect(await ask(simulator, venue, '/api/v1/markPrices?symbol=NOPE')).toMatchObject({
      status: 400,
      text: '{"code":"INVALID_CLIENT_REQUEST","message":"Symbol not found"}',
    });
    expect(await data(simulator, venue, '/api/v1/fundingRates?symbol=NOPE')).toEqual([]);
  });

  it('serves trades and candles, whose times are asked for in seconds', async () => {
    const simulator = await simulate();
    expect(await data(simulator, venue, '/api/v1/trades?symbol=BTC_USDC_PERP&limit=3')).toHaveLength(3);
    const from = Math.floor(now / 1000) - 7200;
    const rows = await data<{ start: string }[]>(
      simulator,
      venue,
      `/api/v1/klines?symbol=BTC_USDC_PERP&interval=1h&startTime=${from}`,
    );
    expect(rows.map((row) => row.start)).toEqual(['2026-10-15 11:00:00', '2026-10-15 12:00:00']);
    for (let i = 0; i < 29; i += 1) await ask(simulator, venue, '/api/v1/klines');
    expect(await ask(simulator, venue, '/api/v1/klines')).toMatchObject({
      status: 429,
      text: expect.stringContaining('TOO_MANY'),
    });
  });
});
