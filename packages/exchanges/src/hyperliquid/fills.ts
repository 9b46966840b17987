import type { Mapping } from '../mapping.ts';
import { arrayOf, type JsonObject, msTime, objectOf, textOf } from '../value.ts';

/**
 * Fills of a user, of which those that were part of a liquidation become rows. `user` is the address that the fills
 * belong to, null where the message does not tell (docs: "Info endpoint", user fills; "Subscriptions", `WsFill`).
 */
export function mapFills(fills: unknown, user: string | null, mapping: Mapping): void {
  const list = arrayOf(fills);
  if (list === null) mapping.reject('userFills: no fills');
  for (const value of list ?? []) {
    const fill = objectOf(value) ?? {};
    if (isLiquidation(fill)) mapLiquidation(fill, user, mapping);
    else mapping.ignore(`fill of ${fill.coin}: no liquidation`);
  }
}

/** The position that is closed by it is named in `dir` where the venue took it over. */
const liquidated = /^Liquidated .*\b(Long|Short)$/;

function isLiquidation(fill: JsonObject): boolean {
  return objectOf(fill.liquidation) !== null || liquidated.test(textOf(fill.dir) ?? '');
}

/** Fills are seen of the watched addresses alone, in practice of the backstop vaults. */
function mapLiquidation(fill: JsonObject, user: string | null, mapping: Mapping): void {
  mapping.liquidation(fill.coin, msTime(fill.time), {
    side: positionSide(fill, user),
    venue_side: textOf(fill.side),
    price: textOf(fill.px),
    size: textOf(fill.sz),
    completeness: 'backstop',
  });
}

/**
 * The side of the liquidated position. `side` is that of the fill's owner, A sold and B bought: a liquidated long
 * sells, so an A is a long's when the owner was liquidated, and a short's when the owner took the other side.
 */
function positionSide(fill: JsonObject, user: string | null): 'long' | 'short' | null {
  const named = liquidated.exec(textOf(fill.dir) ?? '')?.[1];
  if (named !== undefined) return named === 'Long' ? 'long' : 'short';
  const own = isOwnLiquidation(fill, user);
  if (own === null || (fill.side !== 'A' && fill.side !== 'B')) return null;
  return own === (fill.side === 'A') ? 'long' : 'short';
}

/**
 * Whether the fill's owner is the one who was liquidated; null where that stays open. Without an address: a `market`
 * liquidation takes from the book, so that a fill that rested there is the other side's; and a liquidated position
 * only ever shrinks.
 */
function isOwnLiquidation(fill: JsonObject, user: string | null): boolean | null {
  const liquidation = objectOf(fill.liquidation);
  const victim = textOf(liquidation?.liquidatedUser);
  if (user !== null && victim !== null) return user.toLowerCase() === victim.toLowerCase();
  if (liquidation?.method === 'market' && typeof fill.crossed === 'boolean') return fill.crossed;
  return textOf(fill.dir)?.startsWith('Open ') === true ? false : null;
}
