import { Mapping, Reference } from '@feedlake/exchanges';
import { type AnyRow, formatSymbol } from '@feedlake/schema';
import type { Market } from '../../../../packages/exchanges/src/ccxt/market.ts';
import { Markets } from '../../../../packages/exchanges/src/ccxt/markets.ts';
import { quirksOf } from '../../../../packages/exchanges/src/ccxt/quirks.ts';
import { time } from '../mapped.ts';

/** When the structures of these tests are received. */
export const received = time('2026-10-05T12:15:00Z');

/** What structures became. */
export interface Mapped {
  readonly rows: AnyRow[];
  readonly rejected: string[];
  readonly ignored: string[];
}

/** Maps with the markets as reference, as if they had been listed. */
export function mapped(markets: readonly Market[], map: (mapping: Mapping) => void): Mapped {
  const names = new Map(markets.map((market) => [market.venueSymbol, formatSymbol(market.parts)]));
  const result: Mapped = { rows: [], rejected: [], ignored: [] };
  const origin = {
    exchange: 'x',
    received,
    source: 'rest' as const,
    request: null,
    reference: new Reference(),
    symbolOf: (name: string) => names.get(name) ?? null,
  };
  map(
    new Mapping(origin, {
      row: (_dataset, row) => result.rows.push(row as AnyRow),
      reject: (reason) => result.rejected.push(reason),
      ignore: (reason) => result.ignored.push(reason),
    }),
  );
  return result;
}

/** ccxt's structure of a market: a linear perpetual of one base unit, except for what is given. */
export function structure(more: Readonly<Record<string, unknown>> = {}) {
  return {
    id: 'BTCUSDT',
    symbol: 'BTC/USDT:USDT',
    base: 'BTC',
    quote: 'USDT',
    settle: 'USDT',
    type: 'swap',
    linear: true,
    inverse: false,
    contractSize: '1',
    active: true,
    precision: { amount: '0.001', price: '0.1' },
    created: 1_600_000_000_123,
    info: {},
    ...more,
  };
}

export const inverse = {
  id: 'BTC-USD-SWAP',
  symbol: 'BTC/USD:BTC',
  quote: 'USD',
  settle: 'BTC',
  linear: false,
  inverse: true,
  contractSize: '100',
};

/** The market of a structure, which must be one. */
export function market(more: Readonly<Record<string, unknown>> = {}, exchange = 'unlisted'): Market {
  const [one] = new Markets([structure(more)], quirksOf(exchange)).all;
  if (one === undefined) throw new Error('no market');
  return one;
}
