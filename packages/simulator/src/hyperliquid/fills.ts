import { plainDecimal } from '@feedlake/schema';
import type { Liquidation } from '../model/liquidation.ts';
import { ms, withDecimal } from '../model/text.ts';
import { address, tradeId } from './rows.ts';

/** The vaults that take over positions which the market would not (HLP's liquidators). */
export const liquidatorVaults = [
  '0x2e3d94f0562703b25c83308a05046ddaf9a8dd14',
  '0xb0a55f13d22f66e6d495ac98113841b2326e9540',
] as const;

/** One fill of a user. */
export interface Fill {
  readonly coin: string;
  readonly px: string;
  readonly sz: string;
  readonly side: 'A' | 'B';
  readonly time: number;
  readonly tid: number;
  readonly liquidation?: { readonly liquidatedUser: string; readonly markPx: string; readonly method: 'backstop' };
  readonly [field: string]: unknown;
}

/** Which of the vaults takes a position over. */
export function vaultOf({ market, id }: Liquidation): string {
  return liquidatorVaults[(market.key + id) % 2 === 0 ? 0 : 1];
}

/**
 * The fill of a vault that takes over a liquidated position: it buys what was long, and sells what was short. Some fills
 * of a vault are ordinary trades, with which it gets rid of what it took over; they say nothing of a liquidation.
 */
export function fillOf(liquidation: Liquidation): Fill {
  const { market, id, time, position, price, averagePrice, size } = liquidation;
  const ordinary = (market.key + id) % 7 === 3;
  const long = position === 'long';
  const markPx = withDecimal(plainDecimal(averagePrice));
  return {
    coin: market.symbol,
    px: withDecimal(plainDecimal(price)),
    sz: withDecimal(plainDecimal(size)),
    side: long ? 'B' : 'A',
    time: ms(time),
    startPosition: '0.0',
    dir: ordinary ? (long ? 'Close Short' : 'Close Long') : long ? 'Open Long' : 'Open Short',
    closedPnl: '0.0',
    hash: `0x${'0'.repeat(64)}`,
    oid: id,
    crossed: ordinary,
    fee: '0.0',
    tid: tradeId(market, id),
    ...(ordinary ? {} : { liquidation: { liquidatedUser: address(market.key, id), markPx, method: 'backstop' } }),
    feeToken: 'USDC',
    twapId: null,
  };
}
