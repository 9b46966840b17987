import { second } from '@feedlake/schema';
import { liquidationsBetween } from '../model/liquidation.ts';
import type { Market } from '../model/market.ts';
import { type Feed, transit } from '../stream/feed.ts';
import { binanceFacts } from './stream-facts.ts';
import { forceOrder } from './stream-texts.ts';

/**
 * Binance's liquidations: of each symbol at most one within 1000 ms is sent, the latest. The others happened all the same,
 * and nobody is owed them.
 */
export class SampledLiquidations implements Feed {
  readonly facts = binanceFacts;
  due: number;
  readonly #markets: readonly Market[];
  #emit: (text: string, owed: boolean) => void = () => {};

  /** @param after the first message is later than this, in microseconds. */
  constructor(markets: readonly Market[], after: number) {
    this.#markets = markets;
    this.due = (Math.floor((after - transit) / second) + 1) * second + transit;
  }

  listen(emit: (text: string, owed: boolean) => void): void {
    this.#emit = emit;
  }

  run(): void {
    const at = this.due;
    const end = at - transit;
    for (const market of this.#markets) {
      const found = liquidationsBetween(market, end - second, end);
      for (const [index, each] of found.entries()) this.#emit(forceOrder(each, at), index === found.length - 1);
    }
    this.due += second;
  }
}
