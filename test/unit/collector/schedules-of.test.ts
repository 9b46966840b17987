import { ScheduleError, schedulesOf } from '@feedlake/collector';
import { type ConfigInput, loadConfig } from '@feedlake/config';
import { minute } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { spreadMs } from '../../../packages/collector/src/schedule/spread.ts';

const of = (code: ConfigInput) =>
  schedulesOf(loadConfig({ folder: import.meta.dirname, environment: {}, code }).config);

test('without settings: three datasets of four exchanges', () => {
  const jobs = of({});
  expect(jobs).toHaveLength(12);
  expect(jobs[0]).toEqual({ dataset: 'open_interest', exchange: 'binance', every: '5m', symbols: 'all' });
  expect(jobs.filter(({ dataset }) => dataset === 'instruments').map(({ every }) => every)).toEqual(
    Array(4).fill('1h'),
  );
});

test('symbols are those of the snapshot, else those of the exchange', () => {
  const jobs = of({
    exchanges: { bybit: { symbols: ['BTC-USDT-PERP'] } },
    snapshots: {
      open_interest: { exchanges: ['bybit'] },
      funding_rates: { exchanges: 'bybit', symbols: ['ETH-USDT-PERP'], every: '0 * * * *' },
      instruments: { exchanges: ['bybit'], symbols: 'all' },
    },
  });
  expect(jobs).toEqual([
    { dataset: 'open_interest', exchange: 'bybit', every: '5m', symbols: ['BTC-USDT-PERP'] },
    { dataset: 'funding_rates', exchange: 'bybit', every: '0 * * * *', symbols: ['ETH-USDT-PERP'] },
    { dataset: 'instruments', exchange: 'bybit', every: '1h', symbols: 'all' },
  ]);
});

test('what is disabled is left out, also where it is named', () => {
  const jobs = of({
    exchanges: { bybit: { enabled: false }, okx: {} },
    snapshots: { funding_rates: { exchanges: ['bybit', 'okx'] }, instruments: { enabled: false } },
  });
  expect(jobs.map(({ dataset, exchange }) => `${dataset} ${exchange}`)).toEqual([
    'open_interest binance',
    'open_interest hyperliquid',
    'open_interest backpack',
    'open_interest okx',
    'funding_rates okx',
  ]);
});

test('a schedule that never comes is refused by the name of its setting', () => {
  const { config } = loadConfig({ folder: import.meta.dirname, environment: {} });
  const { snapshots } = config;
  const funding_rates = { ...snapshots.funding_rates, every: '0 0 31 2 *' };
  const never = () => schedulesOf({ ...config, snapshots: { ...snapshots, funding_rates } });
  expect(never).toThrow(ScheduleError);
  expect(never).toThrow(/^snapshots\.funding_rates\.every: `0 0 31 2 \*`: there is no such date$/);
});

test('the starts of one slot are spread over a few seconds, and no more than a tenth of the interval', () => {
  const jobs = of({});
  const spread = (width: number) => jobs.map((job) => spreadMs(job, width));
  expect(spread(5 * minute)).toEqual(spread(5 * minute));
  for (const id of ['binance', 'bybit', 'hyperliquid', 'backpack']) {
    const own = jobs.filter(({ exchange }) => exchange === id).map((job) => spreadMs(job, 5 * minute));
    expect(new Set(own).size).toBe(3);
  }
  expect(Math.max(...spread(5 * minute)) - Math.min(...spread(5 * minute))).toBeGreaterThan(2000);
  for (const width of [minute / 60, minute, 60 * minute]) {
    expect(Math.min(...spread(width))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...spread(width))).toBeLessThan(Math.min(5000, width / 10_000));
  }
});
