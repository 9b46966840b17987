import { lackingSymbols } from '@feedlake/collector';
import { describe, expect, test } from 'vitest';
import { collect } from '../../support/lake.ts';
import { job, recording, slot } from './schedule-fixture.ts';

const signal = new AbortController().signal;

describe('what a snapshot was taken without', () => {
  test('is asked for again, and nothing else: the gap is repaired', async () => {
    const { process, simulator, lake, clock } = await recording();
    await simulator.faults.add({ kind: 'reset', venue: 'binance', match: /symbol=(ETH|SOL)USDT$/ });
    const jobs = process();
    const first = await jobs.run(job('binance'), slot, signal);
    expect(first.failures).toHaveLength(2);
    expect(await lackingSymbols(lake, job('binance'), slot)).toEqual(
      expect.arrayContaining([
        { symbol: 'ETH-USDT-PERP', cause: 'disconnect' },
        { symbol: 'SOL-USDT-PERP', cause: 'disconnect' },
      ]),
    );
    await simulator.faults.clear();
    simulator.forgetRequests();
    await clock.advance(1000);

    // Whoever fires the slot again may be another process.
    const again = await process().mend(job('binance'), slot, signal);
    expect(again).toMatchObject({ outcome: 'stored', rows: 2, failures: [] });
    const asked = simulator.requests('binance').filter(({ path }) => path === '/fapi/v1/openInterest');
    expect(asked.map(({ query }) => query).sort()).toEqual(['symbol=ETHUSDT', 'symbol=SOLUSDT']);
    expect(await lackingSymbols(lake, job('binance'), slot)).toEqual([]);
    expect(await process().mend(job('binance'), slot, signal)).toBeNull();

    const rows = await collect(lake.scan('open_interest', { exchange: 'binance' }));
    expect(rows).toHaveLength(first.rows + 2);
    expect(new Set(rows.map(({ symbol }) => symbol)).size).toBe(rows.length);
    expect(rows.every(({ scheduled_time }) => scheduled_time === slot)).toBe(true);
    const repairs = (await collect(lake.scan('coverage', { exchange: 'binance' }))).filter(
      ({ repaired_by }) => repaired_by !== null,
    );
    expect(repairs.map(({ symbol, state }) => `${symbol} ${state}`).sort()).toEqual([
      'ETH-USDT-PERP covered',
      'SOL-USDT-PERP covered',
    ]);
  });

  test('is a gap still when it fails again, and can be mended later', async () => {
    const { process, simulator, lake, clock } = await recording();
    await simulator.faults.add({ kind: 'reset', venue: 'binance', match: /symbol=(ETH|SOL)USDT$/ });
    await process().run(job('binance'), slot, signal);
    await simulator.faults.clear();
    await simulator.faults.add({ kind: 'reset', venue: 'binance', match: /symbol=ETHUSDT$/ });
    await clock.advance(1000);
    expect(await process().mend(job('binance'), slot, signal)).toMatchObject({
      rows: 1,
      failures: [{ symbol: 'ETHUSDT' }],
    });
    expect(await lackingSymbols(lake, job('binance'), slot)).toMatchObject([{ symbol: 'ETH-USDT-PERP' }]);
    await simulator.faults.clear();
    await clock.advance(1000);
    expect(await process().mend(job('binance'), slot, signal)).toMatchObject({ rows: 1, failures: [] });
    expect(await lackingSymbols(lake, job('binance'), slot)).toEqual([]);
  });

  test('is not asked for again where that would not help', async () => {
    const { process, simulator } = await recording();
    await process().run(job('bybit', 'open_interest', ['BTC-USDT-PERP', 'NO-USDT-PERP']), slot, signal);
    simulator.forgetRequests();
    const again = await process().mend(job('bybit', 'open_interest', ['BTC-USDT-PERP', 'NO-USDT-PERP']), slot, signal);
    expect(again).toBeNull();
    expect(simulator.requests('bybit')).toEqual([]);
  });
});
