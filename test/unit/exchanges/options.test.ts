import { jsonSchema, type SchemaNode } from '@feedlake/config';
import { nativeAdapters, nativeOptions } from '@feedlake/exchanges';
import { describe, expect, it } from 'vitest';
import { load, problemsOf } from '../config/folder.ts';

const extensions = nativeOptions;
const optionsOf = (exchange: string, yaml = '', environment = {}) =>
  load(yaml, { extensions, environment }).config.exchanges[exchange]?.options;
const problem = (yaml: string) =>
  problemsOf(() => load(yaml, { extensions })).map(({ path, message }) => `${path}: ${message}`);

it('has options of every native adapter', () => {
  expect(Object.keys(extensions)).toEqual(Object.keys(nativeAdapters));
});

describe('options of an adapter', () => {
  it('have defaults', () => {
    expect(optionsOf('binance')).toEqual({});
    expect(optionsOf('bybit')).toEqual({ book_depth: 200 });
    expect(optionsOf('backpack')).toEqual({ window: 5000 });
    expect(optionsOf('hyperliquid')).toEqual({
      liquidator_vaults: ['0x2e3d94f0562703b25c83308a05046ddaf9a8dd14', '0xb0a55f13d22f66e6d495ac98113841b2326e9540'],
      fast_books: false,
    });
  });

  it('come from file and environment', () => {
    const variables = { FEEDLAKE_EXCHANGES__HYPERLIQUID__OPTIONS__FAST_BOOKS: 'true' };
    expect(optionsOf('hyperliquid', '', variables)).toMatchObject({ fast_books: true });
    expect(optionsOf('bybit', '', { FEEDLAKE_EXCHANGES__BYBIT__OPTIONS__BOOK_DEPTH: '50' })).toEqual({
      book_depth: 50,
    });
    expect(optionsOf('bybit', 'exchanges: {bybit: {options: {book_depth: 1000}}}')).toEqual({ book_depth: 1000 });
    expect(optionsOf('backpack', 'exchanges: {backpack: {options: {window: 60000}}}')).toEqual({ window: 60_000 });
  });

  it('are those of ccxt where that does the work', () => {
    expect(optionsOf('bybit', 'exchanges: {bybit: {engine: ccxt, options: {defaultType: swap}}}')).toEqual({
      defaultType: 'swap',
    });
  });

  it.each([
    ['{bybit: {options: {book_depth: 7}}}', 'exchanges.bybit.options.book_depth: expected one of `1`, `50`, `200`'],
    [
      '{bybit: {options: {book_deth: 50}}}',
      'exchanges.bybit.options.book_deth: unknown key; did you mean `book_depth`?',
    ],
    ['{binance: {options: {depth: 5}}}', 'exchanges.binance.options.depth: unknown key; remove it'],
    ['{backpack: {options: {window: 60001}}}', 'exchanges.backpack.options.window: expected at most 60000'],
    [
      '{hyperliquid: {options: {fast_books: 1}}}',
      'exchanges.hyperliquid.options.fast_books: expected `true` or `false`',
    ],
    [
      '{hyperliquid: {options: {liquidator_vaults: ["0x12"]}}}',
      'exchanges.hyperliquid.options.liquidator_vaults.0: expected an address: `0x` and 40 hexadecimal digits',
    ],
  ])('%s is an error', (exchanges, message) => {
    expect(problem(`exchanges: ${exchanges}`)).toEqual([expect.stringContaining(message)]);
  });
});

it('describes every option to editors', () => {
  const entries = Object.entries(jsonSchema(extensions).properties?.exchanges?.properties ?? {});
  const options = (node: SchemaNode) => Object.entries(node.properties?.options?.properties ?? {});
  const undescribed = entries.flatMap(([id, node]) =>
    options(node).flatMap(([key, option]) => (option.description === undefined ? [`${id}.${key}`] : [])),
  );
  expect(entries.map(([id]) => id)).toEqual(Object.keys(extensions));
  expect(undescribed).toEqual([]);
});
