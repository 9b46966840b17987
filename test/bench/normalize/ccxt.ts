import ccxt, { type Exchange } from 'ccxt';
import type { Contender } from './contender.ts';
import type { VenueId } from './messages.ts';

interface OrderBook {
  readonly nonce?: number;
  readonly bids: readonly unknown[];
  readonly asks: readonly unknown[];
}

/** What ccxt.pro has beyond its types. */
interface StreamingExchange {
  trades: Record<string, readonly unknown[]>;
  orderbooks: Record<string, OrderBook>;
  client(url: string): { onMessage(event: { readonly data: Buffer }): void };
  orderBook(snapshot: object): OrderBook;
  setMarkets(markets: readonly object[]): void;
}

const venues: Readonly<
  Record<VenueId, { readonly create: () => Exchange; readonly url: string; readonly quote: string }>
> = {
  binance: { create: () => new ccxt.pro.binanceusdm(), url: 'wss://fstream.binance.com/market/ws', quote: 'USDT' },
  bybit: { create: () => new ccxt.pro.bybit(), url: 'wss://stream.bybit.com/v5/public/linear', quote: 'USDT' },
  hyperliquid: { create: () => new ccxt.pro.hyperliquid(), url: 'wss://api.hyperliquid.xyz/ws', quote: 'USDC' },
  backpack: { create: () => new ccxt.pro.backpack(), url: 'wss://ws.backpack.exchange', quote: 'USDC' },
};

/** A client of ccxt.pro that is given messages as by its socket, while nobody waits for what comes of them. */
export const ccxtPro: Contender = {
  name: 'ccxt',
  checks: 'numbers of books (Binance)',
  decimals: 'the nearest DOUBLE',
  keeps: 'the last 1000 trades; books in order',
  prepare({ name, venue, feed, instruments, messages, before }) {
    const { create, url, quote } = venues[venue];
    const exchange = create() as unknown as StreamingExchange;
    const symbols = new Map(
      instruments.map(({ venue_symbol }) => [venue_symbol, `${baseOf(venue_symbol)}/${quote}:${quote}`]),
    );
    exchange.setMarkets(
      [...symbols].map(([id, symbol]) => ({ ...perpetual, id, symbol, base: baseOf(id), quote, settle: quote })),
    );
    const client = exchange.client(url);
    return {
      restart() {
        exchange.trades = {};
        exchange.orderbooks = {};
        for (const [id, { lastSeq }] of before) {
          const symbol = symbols.get(id) ?? '';
          exchange.orderbooks[symbol] = exchange.orderBook({ symbol, nonce: lastSeq, bids: [], asks: [] });
        }
      },
      take: (message) => client.onMessage({ data: message }),
      check() {
        const kept =
          feed === 'trades'
            ? Object.values(exchange.trades).map((trades) => trades.length)
            : Object.values(exchange.orderbooks).map(({ bids, asks }) => Math.min(bids.length, asks.length));
        const least = feed === 'trades' ? Math.floor(messages.length / instruments.length) : 1;
        if (kept.length !== instruments.length || kept.some((count) => count < least))
          throw new Error(`${name}: kept ${kept}`);
      },
    };
  },
};

const perpetual = {
  type: 'swap',
  spot: false,
  swap: true,
  future: false,
  option: false,
  contract: true,
  linear: true,
  inverse: false,
  contractSize: 1,
  active: true,
};

function baseOf(venueSymbol: string): string {
  return venueSymbol.replace(/(USDT|_USDC_PERP)$/, '');
}
