import type { Mapping } from '../mapping.ts';
import { type JsonObject, msTime, textOf } from '../value.ts';

/** An order of the topic `allLiquidation`, which tells all of them ("All Liquidation"). */
export function mapLiquidation(order: JsonObject, message: JsonObject, mapping: Mapping): void {
  const { s: symbol, S: side, p: price, v: size } = order;
  add({ symbol, side, price, size, time: order.T ?? message.ts }, 'full', mapping);
}

/**
 * An order of the topic `liquidation` that was there before ("Liquidation", deprecated): at most one per symbol and
 * second. The names of size and time changed over the years.
 */
export function mapOldLiquidation(order: JsonObject, message: JsonObject, mapping: Mapping): void {
  const { symbol, side, price } = order;
  const time = order.updatedTime ?? order.updateTime ?? order.time ?? message.ts;
  add({ symbol, side, price, size: order.size ?? order.qty, time }, 'sampled', mapping);
}

const positionSide: Readonly<Record<string, string>> = { Buy: 'long', Sell: 'short' };

/**
 * In both topics the side is that of the POSITION (Buy means that a long was liquidated), and the price is the
 * bankruptcy price.
 */
function add(
  order: Record<'symbol' | 'side' | 'price' | 'size' | 'time', unknown>,
  completeness: 'full' | 'sampled',
  mapping: Mapping,
): void {
  const venue_side = textOf(order.side);
  mapping.liquidation(order.symbol, msTime(order.time), {
    side: positionSide[venue_side ?? ''] ?? null,
    venue_side,
    price: textOf(order.price),
    size: textOf(order.size),
    completeness,
  });
}
