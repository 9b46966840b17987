import { describe, expect, it } from 'vitest';
import { ask, data, simulate, start } from './client.ts';

const venue = 'bybit';
const now = start / 1000;
interface Envelope<Row> {
  retCode: number;
  retMsg: string;
  result: { list: Row[]; nextPageCursor?: string };
  time: number;
}
interface OpenInterest {
  openInterest: string;
  singleOpenInterest?: string;
  timestamp: string;
}

describe('simulated Bybit', () => {
  it('tells open interest of both sides and of one, and "" for what a dated future has not', async () => {
    const simulator = await simulate();
    const reply = await data<Envelope<Record<string, string>>>(simulator, venue, '/v5/market/tickers?category=linear');
    expect(reply).toMatchObject({ retCode: 0, retMsg: 'OK', time: now });
    const bySymbol = new Map(reply.result.list.map((row) => [row.symbol, row]));
    expect(Math.ceil(Number(bySymbol.get('BTCUSDT')?.openInterest) * 500) / 1000).toBeCloseTo(
      Number(bySymbol.get('BTCUSDT')?.singleOpenInterest),
      6,
    );
    expect(bySymbol.get('BTC-25DEC26')).toMatchObject({
      fundingRate: '',
      nextFundingTime: '0',
      fundingIntervalHour: '',
    });
    expect(bySymbol.get('BTCPERP')).toMatchObject({ fundingIntervalHour: '8' });
  });

  it('can leave the figures of one side out', async () => {
    const simulator = await simulate({ bybit: { singleOpenInterest: false } });
    const reply = await data<Envelope<object>>(simulator, venue, '/v5/market/tickers?category=linear&symbol=BTCUSDT');
    expect(reply.result.list).toEqual([expect.not.objectContaining({ singleOpenInterest: expect.anything() })]);
    const path = '/v5/market/open-interest?category=linear&symbol=BTCUSDT&intervalTime=1h&limit=1';
    const history = await data<Envelope<object>>(simulator, venue, path);
    expect(Object.keys(history.result.list[0] ?? {})).toEqual(['openInterest', 'timestamp']);
  });

  it('pages instruments by cursor, each once', async () => {
    const simulator = await simulate();
    const names: string[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const path = `/v5/market/instruments-info?category=linear&limit=7&cursor=${encodeURIComponent(cursor)}`;
      const page: Envelope<{ symbol: string }> = await data(simulator, venue, path);
      names.push(...page.result.list.map((row) => row.symbol));
      cursor = page.result.nextPageCursor === '' ? undefined : page.result.nextPageCursor;
    }
    expect(names).toHaveLength(54);
    expect(new Set(names).size).toBe(54);
  });

  it('pages open interest newest first by cursor, unmoved by a new row at the head', async () => {
    const simulator = await simulate();
    const from = now - 5 * 86_400_000;
    const path = `/v5/market/open-interest?category=linear&symbol=BTCUSDT&intervalTime=1h&startTime=${from}&endTime=${now + 1e8}`;
    const whole = await data<Envelope<OpenInterest>>(simulator, venue, `${path}&limit=200`);
    expect(whole.result).toMatchObject({ nextPageCursor: '' });
    expect(whole.result.list).toHaveLength(120);
    await simulator.faults.add({ venue, kind: 'shifting-page', after: 1 });
    const rows: OpenInterest[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const next: string = cursor;
      const page: Envelope<OpenInterest> = await data(
        simulator,
        venue,
        `${path}&limit=50&cursor=${encodeURIComponent(next)}`,
      );
      rows.push(...page.result.list);
      cursor = page.result.nextPageCursor === '' ? undefined : page.result.nextPageCursor;
    }
    expect(rows).toEqual(whole.result.list);
    const times = rows.map((row) => Number(row.timestamp));
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    const [head] = (await data<Envelope<OpenInterest>>(simulator, venue, `${path}&limit=1`)).result.list;
    expect(Number(head?.timestamp)).toBe((times[0] ?? 0) + 3_600_000);
  });

  it('ignores a start time without an end time in open interest, and refuses it in funding history', async () => {
    const simulator = await simulate();
    const early = now - 300 * 86_400_000;
    const path = '/v5/market/open-interest?category=linear&symbol=BTCUSDT&intervalTime=1h&limit=2';
    const [newest] = (await data<Envelope<OpenInterest>>(simulator, venue, `${path}&startTime=${early}`)).result.list;
    expect(Number(newest?.timestamp)).toBe(Date.UTC(2026, 9, 15, 12));
    const funding = `/v5/market/funding/history?category=linear&symbol=BTCUSDT&startTime=${early}`;
    expect(await data(simulator, venue, funding)).toMatchObject({ retCode: 10001 });
  });

  it('walks funding history back from the end time: every row once', async () => {
    const simulator = await simulate();
    const from = now - 100 * 86_400_000;
    const path = `/v5/market/funding/history?category=linear&symbol=BTCUSDT&startTime=${from}`;
    const times: number[] = [];
    for (let end = now; ; ) {
      const page = await data<Envelope<{ fundingRateTimestamp: string }>>(
        simulator,
        venue,
        `${path}&endTime=${end}&limit=200`,
      );
      if (page.result.list.length === 0) break;
      times.push(...page.result.list.map((row) => Number(row.fundingRateTimestamp)));
      end = (times.at(-1) ?? 0) - 1;
    }
    expect(times).toHaveLength(300);
    expect(times.every((time, index) => index === 0 || (times[index - 1] ?? 0) - time === 8 * 3_600_000)).toBe(true);
  });

  it('words errors with a code and status 200, and serves the rest', async () => {
    const simulator = await simulate();
    expect(await data(simulator, venue, '/v5/market/tickers?category=linear&symbol=NOPE')).toMatchObject({
      retCode: 10001,
    });
    expect(await data(simulator, venue, '/v5/market/tickers')).toMatchObject({ retCode: 10001 });
    const book = await data<{ result: object }>(
      simulator,
      venue,
      '/v5/market/orderbook?category=linear&symbol=BTCUSDT',
    );
    expect(Object.keys(book.result)).toEqual(['s', 'b', 'a', 'ts', 'u', 'seq', 'cts']);
    const trades = await data<Envelope<{ time: string }>>(
      simulator,
      venue,
      '/v5/market/recent-trade?category=linear&symbol=BTCUSDT&limit=3',
    );
    const times = trades.result.list.map((row) => Number(row.time));
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    const candles = await data<Envelope<string[]>>(
      simulator,
      venue,
      '/v5/market/kline?category=linear&symbol=BTCUSDT&interval=60&limit=2',
    );
    expect(candles.result.list.map((row) => row[0])).toEqual([
      String(Date.UTC(2026, 9, 15, 12)),
      String(Date.UTC(2026, 9, 15, 11)),
    ]);
    expect(await data(simulator, venue, '/v5/market/time')).toMatchObject({ retCode: 0, time: now });
    expect((await ask(simulator, venue, '/v5/nope')).status).toBe(404);
  });

  it('answers 403 that is no page once 600 requests came in 5 s', async () => {
    const simulator = await simulate();
    for (let i = 0; i < 600; i += 1) await ask(simulator, venue, '/v5/market/time');
    const answer = await ask(simulator, venue, '/v5/market/time');
    expect(answer).toMatchObject({ status: 403, text: expect.stringContaining('access too frequent') });
    expect(answer.headers.get('content-type')).toContain('text/plain');
  });
});
