import { loadConfig, settingsOf } from '@feedlake/config';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { folderWith, load, problemsOf } from './folder.ts';

describe('precedence', () => {
  const yaml = 'lake: ./from-file\nlog:\n  level: warn\nexchanges:\n  bybit:\n    rest:\n      retries: 7\n';
  const code = { lake: './from-code', state_dir: './code-state', exchanges: { bybit: { rest: { concurrency: 3 } } } };

  it('takes each value from the highest source that has it, and tells which', () => {
    const { config, origin, file } = load(yaml, {
      code,
      environment: { FEEDLAKE_LOG__LEVEL: 'debug' },
      flags: [{ name: '--retries', path: 'exchanges.bybit.rest.retries', value: '9' }],
    });
    expect(file).toBe('feedlake.yaml');
    expect([config.lake, origin('lake')]).toEqual(['./from-file', 'feedlake.yaml:1']);
    expect([config.state_dir, origin('state_dir')]).toEqual(['./code-state', 'code']);
    expect([config.log.level, origin('log.level')]).toEqual(['debug', 'FEEDLAKE_LOG__LEVEL']);
    expect([config.log.format, origin('log.format')]).toEqual(['auto', 'default']);
    expect(config.exchanges.bybit?.rest).toEqual({ concurrency: 3, retries: 9, timeout: '10s' });
    expect(origin('exchanges.bybit.rest.retries')).toBe('--retries');
    expect(origin(['exchanges', 'bybit', 'rest', 'concurrency'])).toBe('code');
    expect(origin('exchanges.bybit.rest.timeout')).toBe('default');
  });

  it('replaces lists as a whole', () => {
    const { config, origin } = load('exchanges: {bybit: {channels: [trades, candles]}}', {
      environment: { FEEDLAKE_EXCHANGES__BYBIT__CHANNELS: 'liquidations' },
    });
    expect(config.exchanges.bybit?.channels).toEqual(['liquidations']);
    expect(origin('exchanges.bybit.channels')).toBe('FEEDLAKE_EXCHANGES__BYBIT__CHANNELS');
    expect(origin('exchanges.bybit.channels.0')).toBe('FEEDLAKE_EXCHANGES__BYBIT__CHANNELS');
  });

  it('lists every effective setting with its origin', () => {
    const settings = settingsOf(load(yaml));
    expect(settings).toContainEqual({ path: 'log.level', value: 'warn', origin: 'feedlake.yaml:3' });
    expect(settings).toContainEqual({ path: 'exchanges.bybit.rest.retries', value: 7, origin: 'feedlake.yaml:7' });
    expect(settings).toContainEqual({ path: 'health.port', value: 9464, origin: 'default' });
  });
});

describe('exchanges', () => {
  it('has the four native ones without being told, and ccxt for the rest', () => {
    const { exchanges } = load('exchanges:\n  okx:\n  twin: {exchange: bybit}\n  bybit: {engine: ccxt}\n').config;
    const engines = Object.values(exchanges).map(({ exchange, engine }) => `${exchange} ${engine}`);
    expect(engines.sort()).toEqual([
      'backpack native',
      'binance native',
      'bybit ccxt',
      'bybit native',
      'hyperliquid native',
      'okx ccxt',
    ]);
    expect(exchanges.okx).toMatchObject({ enabled: true, symbols: 'all', channels: [] });
  });

  const options = z.strictObject({ window: z.int().max(60_000).default(5000) });

  it("validates an adapter's own options, also under another name, and fills in their defaults", () => {
    const yaml = 'exchanges:\n  backpack: {options: {window: 1000}}\n  second: {exchange: backpack}\n';
    const { exchanges } = load(yaml, { extensions: { backpack: options } }).config;
    expect([exchanges.backpack?.options, exchanges.second?.options]).toEqual([{ window: 1000 }, { window: 5000 }]);
    const wrong = 'exchanges:\n  second:\n    exchange: backpack\n    options: {windw: 1}\n';
    expect(problemsOf(() => load(wrong, { extensions: { backpack: options } }))).toEqual([
      {
        path: 'exchanges.second.options.windw',
        message: 'unknown key; did you mean `window`?',
        origin: 'feedlake.yaml:4',
      },
    ]);
  });

  it('leaves the options for ccxt as they are', () => {
    const yaml = 'exchanges: {backpack: {engine: ccxt, options: {defaultType: swap}}}';
    const { exchanges } = load(yaml, { extensions: { backpack: options } }).config;
    expect(exchanges.backpack?.options).toEqual({ defaultType: 'swap' });
  });

  it('takes a new native adapter by its options alone', () => {
    const { exchanges } = load('', { extensions: { newvenue: z.strictObject({}) } }).config;
    expect(exchanges.newvenue?.engine).toBe('native');
  });
});

it('reads single values as lists where a list belongs', () => {
  const yaml = 'exchanges: {bybit: {symbols: BTC-USDT-PERP, endpoints: {rest: "http://127.0.0.1:8000"}}}';
  expect(load(yaml).config.exchanges.bybit).toMatchObject({
    symbols: ['BTC-USDT-PERP'],
    endpoints: { rest: ['http://127.0.0.1:8000'] },
  });
});

it('takes keys without a value as absent, aliases and merge keys as what they stand for', () => {
  const yaml = 'lake:\nsnapshots:\nexchanges:\n  bybit: &usual {rest: {retries: 1}}\n  okx: {<<: *usual}\n';
  const { config } = load(yaml);
  expect(config.lake).toBe('./lake');
  expect(config.exchanges.okx?.rest.retries).toBe(1);
});

it('runs on an empty file and on none', () => {
  const { config } = load('# nothing\n');
  expect(load(undefined).config).toEqual(config);
  expect(load(undefined).file).toBeNull();
});

it('reads a file of another name, which must exist', () => {
  const folder = folderWith('lake: ./named');
  expect(loadConfig({ folder, environment: {}, file: './feedlake.yaml' }).origin('lake')).toBe('./feedlake.yaml:1');
  expect(problemsOf(() => loadConfig({ folder, environment: {}, file: 'absent.yaml' }))).toEqual([
    { path: '', origin: 'absent.yaml', message: 'there is no such file; create it, or name another' },
  ]);
});

it('is frozen to the last list', () => {
  const { config } = load('exchanges: {okx: {channels: [trades], options: {deep: {list: [1]}}}}');
  const assertFrozen = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    expect(Object.isFrozen(value)).toBe(true);
    for (const entry of Object.values(value)) assertFrozen(entry);
  };
  assertFrozen(config);
});
