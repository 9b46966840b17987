/**
 * Replies that list instruments by these names, in each venue's shape. They are not recorded: recordings of listings are
 * cut to other symbols than the recordings of their open interest and funding.
 */
export function listings(venue: string, names: readonly string[]): Record<string, unknown>[] {
  const make = makers[venue];
  if (make === undefined) throw new RangeError(`no listing for ${venue}`);
  return make(names).map(({ path, body, request }) => ({
    venue,
    request: request === undefined ? `GET ${path}` : { method: 'POST', path, body: request },
    status: 200,
    body,
  }));
}

interface Listing {
  readonly path: string;
  readonly body: unknown;
  readonly request?: unknown;
}

const makers: Readonly<Record<string, (names: readonly string[]) => Listing[]>> = {
  binance: (names) => [
    { path: '/fapi/v1/fundingInfo', body: [] },
    {
      path: '/fapi/v1/exchangeInfo',
      body: {
        symbols: names.map((symbol) => {
          const [pair = ''] = symbol.split('_');
          const quoteAsset = pair.slice(-4);
          return {
            symbol,
            contractType: symbol.includes('_') ? 'CURRENT_QUARTER' : 'PERPETUAL',
            status: 'TRADING',
            baseAsset: pair.slice(0, -4),
            quoteAsset,
            marginAsset: quoteAsset,
          };
        }),
      },
    },
  ],
  bybit: (names) => [
    {
      path: '/v5/market/instruments-info?category=linear&limit=1000',
      body: {
        retCode: 0,
        retMsg: 'OK',
        time: 1,
        result: {
          category: 'linear',
          nextPageCursor: '',
          list: names.map((symbol) => ({
            symbol,
            contractType: 'LinearPerpetual',
            status: 'Trading',
            baseCoin: symbol.replace(/(USDT|PERP)$/, ''),
            quoteCoin: symbol.endsWith('PERP') ? 'USDC' : 'USDT',
            settleCoin: symbol.endsWith('PERP') ? 'USDC' : 'USDT',
            fundingInterval: 480,
          })),
        },
      },
    },
  ],
  hyperliquid: (names) => [
    { path: '/info', request: { type: 'meta' }, body: { universe: names.map((name) => ({ name, szDecimals: 2 })) } },
  ],
  backpack: (names) => [
    {
      path: '/api/v1/markets',
      body: names.map((symbol) => {
        const [baseSymbol, quoteSymbol] = symbol.split('_');
        const marketType = symbol.endsWith('_PERP') ? 'PERP' : 'SPOT';
        return { symbol, baseSymbol, quoteSymbol, marketType, orderBookState: 'Open', fundingInterval: 3_600_000 };
      }),
    },
  ],
};
