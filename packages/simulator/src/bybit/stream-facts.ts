import { objectIn, rowsIn, streamFact, type Wire } from '../stream/facts.ts';
import type { Fact } from '../venue.ts';

/** What a message of Bybit's streams states. */
export function bybitFacts(text: string): Fact[] {
  const message = JSON.parse(text) as Wire;
  const [channel = ''] = String(message.topic).split('.');
  const sent = Number(message.ts) * 1000;
  switch (channel) {
    case 'orderbook': {
      const data = { ...objectIn(message, 'data'), type: message.type };
      const about = { dataset: 'book_deltas', symbol: objectIn(message, 'data').s, time: Number(message.cts) * 1000 };
      return [streamFact(about, data, ['type', 'u', 'seq', 'b', 'a'])];
    }
    case 'tickers': {
      const data: Wire = { type: message.type, cs: message.cs, ...objectIn(message, 'data') };
      const about = { dataset: 'tickers', symbol: data.symbol, time: sent };
      return [streamFact(about, data, Object.keys(data))];
    }
    case 'publicTrade':
      return rowsIn(message, 'data').map((row, index) =>
        streamFact({ dataset: 'trades', symbol: row.s, time: Number(row.T) * 1000, row: index }, row, [
          'i',
          'p',
          'v',
          'S',
          'BT',
          'RPI',
          'seq',
        ]),
      );
    case 'allLiquidation':
      return rowsIn(message, 'data').map((row, index) =>
        streamFact({ dataset: 'liquidations', symbol: row.s, time: Number(row.T) * 1000, row: index }, row, [
          'S',
          'p',
          'v',
          'T',
        ]),
      );
    case 'kline': {
      const symbol = String(message.topic).split('.').slice(2).join('.');
      return rowsIn(message, 'data').map((row, index) =>
        streamFact({ dataset: 'candles', symbol, time: Number(row.start) * 1000, row: index }, row, Object.keys(row)),
      );
    }
    default:
      return [];
  }
}
