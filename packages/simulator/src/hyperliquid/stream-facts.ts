import { objectIn, rowsIn, streamFact, type Wire } from '../stream/facts.ts';
import type { Fact } from '../venue.ts';

const micros = (ms: unknown) => Number(ms) * 1000;

/** What a message of Hyperliquid's streams states. Contexts tell no time. */
export function hyperliquidFacts(text: string): Fact[] {
  const message = JSON.parse(text) as Wire;
  const data = objectIn(message, 'data');
  switch (message.channel) {
    case 'trades':
      return rowsIn(message, 'data').map((row, index) =>
        streamFact({ dataset: 'trades', symbol: row.coin, time: micros(row.time), row: index }, row, [
          'tid',
          'px',
          'sz',
          'side',
        ]),
      );
    case 'l2Book':
      return [streamFact({ dataset: 'book_deltas', symbol: data.coin, time: micros(data.time) }, data, ['levels'])];
    case 'bbo':
      return [streamFact({ dataset: 'tickers', symbol: data.coin, time: micros(data.time) }, data, ['bbo'])];
    case 'activeAssetCtx': {
      const state = objectIn(data, 'ctx');
      return [streamFact({ dataset: 'tickers', symbol: data.coin, time: null }, state, Object.keys(state))];
    }
    case 'candle':
      return [streamFact({ dataset: 'candles', symbol: data.s, time: micros(data.t) }, data, Object.keys(data))];
    case 'userFills':
      return rowsIn(data, 'fills').flatMap((fill, index) => {
        if (fill.liquidation === undefined) return [];
        const about = { dataset: 'liquidations', symbol: fill.coin, time: micros(fill.time), row: index };
        return [streamFact(about, fill, ['tid', 'px', 'sz', 'side', 'liquidation'])];
      });
    default:
      return [];
  }
}
