import { type BookChange, normalizeBookChanges, normalizeTrades, type Trade } from 'tardis-dev';
import type { Contender } from './contender.ts';
import type { VenueId } from './messages.ts';

/** The exchanges by tardis-dev's names; it has no mapper for Backpack. */
const exchanges = {
  binance: 'binance-futures',
  bybit: 'bybit',
  hyperliquid: 'hyperliquid',
  backpack: null,
} as const satisfies Record<VenueId, string | null>;

const localTimestamp = new Date(1_790_000_000_000);

/** tardis-dev's mappers, used as it uses them on live streams: `canHandle`, then `map`. */
export const tardis: Contender = {
  name: 'tardis-dev',
  checks: 'the first number of a book (Binance)',
  decimals: 'the nearest DOUBLE',
  keeps: 'nothing; an object a trade or book message is handed over',
  prepare({ name, venue, feed, instruments, plainTrades, before, rows: expected }) {
    const exchange = exchanges[venue];
    if (exchange === null) return null;
    const create = () =>
      feed === 'trades' ? normalizeTrades(exchange, localTimestamp) : normalizeBookChanges(exchange, localTimestamp);
    let mapper = create();
    let rows = 0;
    const take = (message: unknown) => {
      if (!mapper.canHandle(message)) throw new Error(`not handled: ${JSON.stringify(message)}`);
      const results: Iterable<Trade | BookChange> = mapper.map(message, localTimestamp) ?? [];
      for (const result of results) rows += result.type === 'trade' ? 1 : result.bids.length + result.asks.length;
    };
    return {
      restart() {
        mapper = create();
        if (venue === 'binance' && feed === 'book_deltas') for (const symbol of before.keys()) take(emptyBook(symbol));
        rows = 0;
      },
      take: (message) => take(JSON.parse(message.toString())),
      check() {
        // It leaves out the first message of each coin of Hyperliquid, which repeats older trades.
        const most = venue === 'hyperliquid' ? 3 * instruments.length : 0;
        if (rows < expected - most) throw new Error(`${name}: ${rows} rows in place of ${expected}`);
      },
      ...(plainTrades === null ? {} : { messages: plainTrades }),
    };
  },
};

/** The whole book without which it hands over no changes; of number 0, so that the first changes may come. */
function emptyBook(symbol: string) {
  return { stream: `${symbol.toLowerCase()}@depthSnapshot`, data: { lastUpdateId: 0, bids: [], asks: [] } };
}
