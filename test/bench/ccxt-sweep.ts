import ccxt, { type Exchange } from 'ccxt';

/** Requests under way at once where ccxt's own limiter is off: as many as feedlake has. */
const atOnce = 8;

/**
 * Asks the four exchanges for the open interest of all symbols the way that ccxt offers: Binance symbol by symbol,
 * Bybit out of its tickers, Hyperliquid in bulk, Backpack by its raw call.
 * @returns how many symbols came.
 */
export async function sweepThroughCcxt(
  urls: Readonly<Record<string, string>>,
  { limited }: { limited: boolean },
): Promise<number> {
  const settings = { enableRateLimit: limited };
  const types = { fetchMarkets: { types: ['linear'] } };
  const binance = redirected(new ccxt.binanceusdm({ ...settings, options: types }), urls.binance);
  const bybit = redirected(new ccxt.bybit({ ...settings, options: types }), urls.bybit);
  const hyperliquid = redirected(
    new ccxt.hyperliquid({ ...settings, options: { fetchMarkets: { types: ['swap'] } } }),
    urls.hyperliquid,
  );
  hyperliquid.has.fetchCurrencies = false;
  const backpack = redirected(new ccxt.backpack(settings), urls.backpack);
  const counts = await Promise.all([
    perSymbol(binance, limited ? Number.POSITIVE_INFINITY : atOnce),
    bybit.fetchTickers(undefined, { category: 'linear' }).then((tickers) => Object.keys(tickers).length),
    hyperliquid.fetchOpenInterests().then((all) => Object.keys(all).length),
    rawCount(backpack),
  ]);
  return counts.reduce((sum, count) => sum + count, 0);
}

async function perSymbol(exchange: Exchange, limit: number): Promise<number> {
  const markets = Object.values(await exchange.loadMarkets()).filter((market) => market?.active);
  let next = 0;
  let count = 0;
  const worker = async () => {
    while (next < markets.length) {
      const market = markets[next++];
      if (market !== undefined) await exchange.fetchOpenInterest(market.symbol);
      count++;
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, markets.length) }, worker));
  return count;
}

async function rawCount(exchange: Exchange): Promise<number> {
  const rows: unknown = await (
    exchange as Exchange & { publicGetApiV1OpenInterest(): Promise<unknown> }
  ).publicGetApiV1OpenInterest();
  return Array.isArray(rows) ? rows.length : 0;
}

/** Points all of an exchange's REST addresses at another host. */
function redirected<E extends Exchange>(exchange: E, host = ''): E {
  const replace = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(/^https?:\/\/[^/]+/, host);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, replace(entry)]));
  };
  Object.assign(exchange.urls, { api: replace(exchange.urls.api) });
  return exchange;
}
