/** A request as far as mappers look at it. */
export interface RestCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
}

/** One recorded message or body, as it goes into the normalizer. */
export interface PayloadLine {
  /** The request that it answers; null for a stream's message. */
  readonly request: RestCall | null;
  /** Its text: verbatim where the recorder kept that. */
  readonly text: string;
  /** When it was received, ISO 8601; null where the recorder did not say. */
  readonly received: string | null;
  /** What another project made of it, in that project's form. */
  readonly expected?: readonly unknown[];
}

/** A message of a stream. */
export function streamed(text: string, received: string | null = null): PayloadLine {
  return { request: null, text, received };
}

/** The body of a reply to a `GET`. */
export function reply(path: string, text: string, received: string | null = null): PayloadLine {
  return { request: { method: 'GET', path: withParameters(path) }, text, received };
}

/** The body of a reply to a `POST` of a JSON body, which is how Hyperliquid is asked. */
export function infoReply(body: string, text: string, received: string | null = null): PayloadLine {
  return { request: { method: 'POST', path: '/info', body }, text, received };
}

/** Where a recorder kept the path alone: the parameters without which a reply does not tell what it is about. */
const parameters: Readonly<Record<string, string>> = {
  '/fapi/v1/aggTrades': 'symbol=BTCUSDT',
  '/fapi/v1/depth': 'symbol=BTCUSDT',
  '/fapi/v1/historicalTrades': 'symbol=BTCUSDT',
  '/fapi/v1/klines': 'symbol=BTCUSDT&interval=1w',
  '/fapi/v1/trades': 'symbol=BTCUSDT',
  '/futures/data/openInterestHist': 'symbol=BTCUSDT&period=5m',
  '/v5/market/kline': 'category=linear&symbol=BTCUSDT&interval=60',
  '/v5/market/open-interest': 'category=linear&symbol=BTCUSDT&intervalTime=1h',
  '/v5/market/orderbook': 'category=linear&symbol=BTCUSDT',
  '/v5/market/tickers': 'category=linear',
};

function withParameters(path: string): string {
  const missing = parameters[path];
  return missing === undefined ? path : `${path}?${missing}`;
}
