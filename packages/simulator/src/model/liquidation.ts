import { type Market, markPrice } from './market.ts';
import { uniform } from './noise.ts';
import { fixed, unitsText } from './text.ts';

/** A position that is closed by force. */
export interface Liquidation {
  readonly market: Market;
  /** Grows with time; not one by one. */
  readonly id: number;
  /** Microseconds, whole milliseconds. */
  readonly time: number;
  /** The position that was liquidated. */
  readonly position: 'long' | 'short';
  /** At which the position is worth nothing any more. */
  readonly price: string;
  /** What it was closed at. */
  readonly averagePrice: string;
  readonly size: string;
}

/** Now and then three positions fall within a second, as they do when prices run. */
const perSlot = [1, 0, 1, 0, 3];

/** The liquidations of one stretch of a market's time, ascending. */
function slot(market: Market, index: number): Liquidation[] {
  const { liquidationSpacing: spacing } = market.pace;
  const start = index * spacing + 0.7 * spacing * uniform(market.key + 45, index);
  const position = uniform(market.key + 46, index) < 0.5 ? 'long' : 'short';
  const away = position === 'long' ? -1 : 1;
  return Array.from({ length: perSlot[index % perSlot.length] ?? 0 }, (_, place): Liquidation => {
    const time = Math.floor((start + place * Math.min(180_000, 0.1 * spacing)) / 1000) * 1000;
    const mark = markPrice(market, time);
    const units = 1 + Math.floor(5000 * uniform(market.key + 47 + place, index) ** 4);
    return {
      market,
      id: 4 * index + place,
      time,
      position,
      price: fixed(mark * (1 + away * 0.004), market.priceDecimals),
      averagePrice: fixed(mark * (1 + away * 0.001), market.priceDecimals),
      size: unitsText(units, market.sizeDecimals),
    };
  });
}

/** Liquidations in (after, until], ascending. */
export function liquidationsBetween(market: Market, after: number, until: number): Liquidation[] {
  const { liquidationSpacing: spacing } = market.pace;
  if (!Number.isFinite(spacing)) return [];
  const found: Liquidation[] = [];
  for (let index = Math.floor(after / spacing); index * spacing <= until; index += 1) {
    found.push(...slot(market, index).filter(({ time }) => time > after && time <= until));
  }
  return found;
}

/** Walks the liquidations of a market from a time on. */
export class LiquidationCursor {
  readonly #market: Market;
  #index: number;
  #waiting: Liquidation[] = [];

  /** @param after the first one is later than this. */
  constructor(market: Market, after: number) {
    this.#market = market;
    const { liquidationSpacing: spacing } = market.pace;
    this.#index = Number.isFinite(spacing) ? Math.floor(after / spacing) : Number.POSITIVE_INFINITY;
    while (this.due <= after) this.take();
  }

  /** When the next one falls; infinite where there is none. */
  get due(): number {
    if (!Number.isFinite(this.#index)) return this.#index;
    while (this.#waiting.length === 0) {
      this.#waiting = slot(this.#market, this.#index);
      this.#index += 1;
    }
    return this.#waiting[0]?.time ?? Number.POSITIVE_INFINITY;
  }

  /** @throws RangeError where there is none. */
  take(): Liquidation {
    const next = Number.isFinite(this.due) ? this.#waiting.shift() : undefined;
    if (next === undefined) throw new RangeError('there are no liquidations');
    return next;
  }
}
