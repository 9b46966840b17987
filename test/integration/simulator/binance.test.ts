import { day, hour } from '@feedlake/schema';
import { describe, expect, it } from 'vitest';
import { ask, data, simulate, start } from './client.ts';

const venue = 'binance';
const now = start / 1000;
interface Funding {
  symbol: string;
  fundingTime: number;
  fundingRate: string;
  markPrice: string;
}
interface Bucket {
  symbol: string;
  sumOpenInterest: string;
  timestamp: number;
}

describe('simulated Binance', () => {
  it('lists perpetuals, dated futures and names by the thousand', async () => {
    const simulator = await simulate();
    const info = await data<{ symbols: { symbol: string; contractType: string; status: string }[] }>(
      simulator,
      venue,
      '/fapi/v1/exchangeInfo',
    );
    expect(info.symbols).toHaveLength(60);
    const bySymbol = new Map(info.symbols.map((row) => [row.symbol, row]));
    expect(bySymbol.get('BTCUSDT')).toMatchObject({ contractType: 'PERPETUAL', status: 'TRADING', baseAsset: 'BTC' });
    expect(bySymbol.get('BTCUSDT_261225')).toMatchObject({ contractType: 'CURRENT_QUARTER' });
    expect(bySymbol.get('BTCUSDT_270326')).toMatchObject({ contractType: 'NEXT_QUARTER' });
    expect(bySymbol.has('1000PEPEUSDT')).toBe(true);
  });

  it('tells open interest of one symbol only, and never in bulk', async () => {
    const simulator = await simulate();
    const one = await data(simulator, venue, '/fapi/v1/openInterest?symbol=BTCUSDT');
    expect(one).toEqual({ symbol: 'BTCUSDT', openInterest: expect.stringMatching(/^\d+\.\d{3}$/), time: now });
    expect(await ask(simulator, venue, '/fapi/v1/openInterest')).toMatchObject({
      status: 400,
      text: expect.stringContaining('"code":-1102'),
    });
    expect(await ask(simulator, venue, '/fapi/v1/openInterest?symbol=NOPE')).toMatchObject({
      status: 400,
      text: '{"code":-1121,"msg":"Invalid symbol."}',
    });
  });

  it('gives a dated future no funding: "" and 0', async () => {
    const simulator = await simulate();
    const all = await data<{ symbol: string }[]>(simulator, venue, '/fapi/v1/premiumIndex');
    expect(all.find((row) => row.symbol === 'BTCUSDT_261225')).toMatchObject({
      lastFundingRate: '',
      nextFundingTime: 0,
    });
    expect(all.find((row) => row.symbol === 'BTCUSDT')).toMatchObject({
      lastFundingRate: expect.stringMatching(/^-?0\.\d{8}$/),
      nextFundingTime: Date.UTC(2026, 9, 15, 16),
    });
    expect(await data(simulator, venue, '/fapi/v1/premiumIndex?symbol=BTCUSDT')).not.toBeInstanceOf(Array);
  });

  it('lists only adjusted symbols in fundingInfo', async () => {
    const simulator = await simulate();
    const rows = await data<{ symbol: string; fundingIntervalHours: number }[]>(
      simulator,
      venue,
      '/fapi/v1/fundingInfo',
    );
    const hours = new Map(rows.map((row) => [row.symbol, row.fundingIntervalHours]));
    expect(hours.has('BTCUSDT')).toBe(false);
    expect(new Set(hours.values())).toEqual(new Set([1, 4, 8]));
  });

  it('pages funding history forward from the start time: every row once, in order', async () => {
    const simulator = await simulate();
    const from = now - 40 * 24 * 3_600_000;
    const whole = await data<Funding[]>(
      simulator,
      venue,
      `/fapi/v1/fundingRate?symbol=BTCUSDT&startTime=${from}&limit=1000`,
    );
    expect(whole).toHaveLength(120);
    const walked: Funding[] = [];
    for (let next = from; ; ) {
      const rows = await data<Funding[]>(
        simulator,
        venue,
        `/fapi/v1/fundingRate?symbol=BTCUSDT&startTime=${next}&limit=7`,
      );
      walked.push(...rows);
      if (rows.length < 7) break;
      next = (rows.at(-1)?.fundingTime ?? 0) + 1;
    }
    expect(walked).toEqual(whole);
    expect(whole.map((row) => row.fundingTime)).toEqual(whole.map((row) => row.fundingTime).toSorted((a, b) => a - b));
    expect(whole.some((row) => row.fundingTime % 3_600_000 !== 0)).toBe(true);
  });

  it('gives the last 200 fundings without times, 100 from a start, and interleaves symbols', async () => {
    const simulator = await simulate();
    expect(await data(simulator, venue, '/fapi/v1/fundingRate?symbol=BTCUSDT')).toHaveLength(200);
    expect(await data(simulator, venue, `/fapi/v1/fundingRate?symbol=BTCUSDT&startTime=${now - 3e10}`)).toHaveLength(
      100,
    );
    const all = await data<Funding[]>(simulator, venue, '/fapi/v1/fundingRate?limit=300');
    expect(new Set(all.map((row) => row.symbol)).size).toBeGreaterThan(30);
    expect(await ask(simulator, venue, '/fapi/v1/fundingRate?limit=1001')).toMatchObject({ status: 400 });
  });

  it('keeps 30 days of open interest, ascending, and takes the last rows of too wide a range', async () => {
    const simulator = await simulate();
    const path = '/futures/data/openInterestHist?symbol=BTCUSDT&period=1h';
    const from = now - 30 * 24 * 3_600_000;
    const rows = await data<Bucket[]>(simulator, venue, `${path}&limit=500&startTime=${from}`);
    expect(rows).toHaveLength(500);
    expect(rows.at(-1)?.timestamp).toBe(Date.UTC(2026, 9, 15, 12));
    expect(
      rows.every((row, index) => index === 0 || row.timestamp - (rows[index - 1]?.timestamp ?? 0) === 3_600_000),
    ).toBe(true);
    const early = await data<Bucket[]>(
      simulator,
      venue,
      `${path}&limit=500&startTime=${from}&endTime=${(rows[0]?.timestamp ?? 0) - 1}`,
    );
    expect(early.length + rows.length).toBe(720);
    expect(await ask(simulator, venue, `${path}&startTime=${from - 1}`)).toMatchObject({
      status: 400,
      text: '{"code":-1130,"msg":"parameter \'startTime\' is invalid."}',
    });
  });

  it('says now what history later says of now', async () => {
    let clock = Math.floor(start / hour) * hour;
    const simulator = await simulate({ now: () => clock });
    const current = await data<{ openInterest: string }>(simulator, venue, '/fapi/v1/openInterest?symbol=ETHUSDT');
    clock += day;
    const path = '/futures/data/openInterestHist?symbol=ETHUSDT&period=1h&limit=25';
    const [first] = await data<Bucket[]>(simulator, venue, path);
    expect(Number(first?.sumOpenInterest)).toBe(Number(current.openInterest));
  });

  it('starts history at the listing', async () => {
    const simulator = await simulate();
    const info = await data<{ symbols: { symbol: string; onboardDate: number; contractType: string }[] }>(
      simulator,
      venue,
      '/fapi/v1/exchangeInfo',
    );
    const recent = info.symbols.find(
      (row) => row.contractType === 'PERPETUAL' && row.onboardDate > now - 12 * 86_400_000,
    );
    const path = `/futures/data/openInterestHist?symbol=${recent?.symbol}&period=1d&limit=500`;
    const [first] = await data<Bucket[]>(simulator, venue, path);
    expect(first?.timestamp).toBeGreaterThanOrEqual(recent?.onboardDate ?? Number.NaN);
  });

  it('serves the rest of the market data', async () => {
    const simulator = await simulate();
    const depth = await data<{ bids: string[][]; asks: string[][] }>(
      simulator,
      venue,
      '/fapi/v1/depth?symbol=BTCUSDT&limit=5',
    );
    expect(Number(depth.bids[0]?.[0])).toBeGreaterThan(Number(depth.bids[1]?.[0]));
    expect(Number(depth.asks[0]?.[0])).toBeGreaterThan(Number(depth.bids[0]?.[0]));
    expect(await ask(simulator, venue, '/fapi/v1/depth?symbol=BTCUSDT&limit=30')).toMatchObject({ status: 400 });
    const trades = await data<{ a: number }[]>(simulator, venue, '/fapi/v1/aggTrades?symbol=BTCUSDT&limit=3');
    const again = await data(simulator, venue, `/fapi/v1/aggTrades?symbol=BTCUSDT&limit=3&fromId=${trades[0]?.a}`);
    expect(again).toEqual(trades);
    expect(await data(simulator, venue, '/fapi/v1/trades?symbol=BTCUSDT&limit=3')).toHaveLength(3);
    const [candle] = await data<unknown[][]>(simulator, venue, '/fapi/v1/klines?symbol=BTCUSDT&interval=1h&limit=1');
    expect(candle).toHaveLength(12);
    expect(await data(simulator, venue, '/fapi/v1/ticker/24hr?symbol=BTCUSDT')).toMatchObject({ symbol: 'BTCUSDT' });
    expect(await data(simulator, venue, '/fapi/v1/ticker/bookTicker')).toHaveLength(60);
    expect(await data(simulator, venue, '/fapi/v1/time')).toEqual({ serverTime: now });
    expect(await ask(simulator, venue, '/fapi/v1/nope')).toMatchObject({ status: 404 });
  });

  it('counts weight in its header, refuses over 2400 a minute, then bans, and starts anew after the ban', async () => {
    let clock = start;
    const simulator = await simulate({ now: () => clock });
    const heavy = () => ask(simulator, venue, '/fapi/v1/ticker/24hr');
    expect((await heavy()).headers.get('x-mbx-used-weight-1m')).toBe('40');
    const statuses: number[] = [];
    for (let i = 0; i < 70; i += 1) statuses.push((await heavy()).status);
    expect(statuses).toEqual([...Array(59).fill(200), ...Array(10).fill(429), 418]);
    const banned = await ask(simulator, venue, '/fapi/v1/ping');
    expect(banned.text).toContain(`banned until ${(start + 120_000_000) / 1000}`);
    clock += 120_000_000;
    expect((await ask(simulator, venue, '/fapi/v1/ping')).status).toBe(200);
  });

  it('limits funding history by a pool of its own', async () => {
    const simulator = await simulate();
    const asked = () => ask(simulator, venue, '/fapi/v1/fundingInfo');
    for (let i = 0; i < 500; i += 1) await asked();
    expect((await asked()).status).toBe(429);
    expect((await ask(simulator, venue, '/fapi/v1/ping')).status).toBe(200);
  });
});
