import { candleIntervals } from './market-data.ts';

/** A client's request about one subscription. */
export interface Subscription {
  readonly method: 'subscribe' | 'unsubscribe';
  /** Null where it is about a user. */
  readonly coin: string | null;
  /** How the simulation names it: `trades:BTC`, `l2Book:BTC`, `l2Book:BTC:fast`, `candle:1m:BTC`, `userFills:0x…`. */
  readonly topic: string;
  /** As the venue repeats it: with its defaults. */
  readonly subscription: Readonly<Record<string, unknown>>;
}

/** What a client's frame asks for; null where the venue can't read it. */
export function subscriptionOf(text: string): Subscription | 'ping' | null {
  const request = parsed(text);
  const { method, subscription } = request;
  if (method === 'ping') return 'ping';
  if (method !== 'subscribe' && method !== 'unsubscribe') return null;
  if (typeof subscription !== 'object' || subscription === null) return null;
  const about = described(subscription as Record<string, unknown>);
  return about === null ? null : { method, ...about };
}

function described(given: Readonly<Record<string, unknown>>): Omit<Subscription, 'method'> | null {
  const { type, coin, user, interval, fast = false, nSigFigs = null, mantissa = null } = given;
  if (type === 'userFills') {
    if (typeof user !== 'string' || !/^0x[0-9a-f]{40}$/i.test(user)) return null;
    const lower = user.toLowerCase();
    return { coin: null, topic: `userFills:${lower}`, subscription: { type, user: lower, aggregateByTime: null } };
  }
  if (typeof coin !== 'string') return null;
  switch (type) {
    case 'trades':
    case 'bbo':
    case 'activeAssetCtx':
      return { coin, topic: `${type}:${coin}`, subscription: { type, coin } };
    case 'candle':
      if (typeof interval !== 'string' || candleIntervals[interval] === undefined) return null;
      return { coin, topic: `candle:${interval}:${coin}`, subscription: { type, coin, interval } };
    case 'l2Book':
      // Books with rounded prices are not simulated.
      if (nSigFigs !== null || mantissa !== null || typeof fast !== 'boolean') return null;
      return {
        coin,
        topic: `l2Book:${coin}${fast ? ':fast' : ''}`,
        subscription: { type, coin, nSigFigs, mantissa, fast },
      };
    default:
      return null;
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
