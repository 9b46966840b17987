import { type JsonObject, textOf } from '../value.ts';

/**
 * Hyperliquid names subscriptions by objects. Ours have a name made of the same parts: `trades:BTC`, `candle:1m:BTC`,
 * `userFills:0x…`. Names of coins may hold colons (`xyz:NVDA`), so the coin comes last.
 */

/** The topic of a subscription, or of data that names the same things; null where it has no type. */
export function topicOf(type: string | null, about: JsonObject): string | null {
  if (type === null) return null;
  const user = textOf(about.user);
  if (user !== null) return `${type}:${user.toLowerCase()}`;
  const coin = textOf(about.coin) ?? textOf(about.s);
  if (coin === null) return type;
  const interval = textOf(about.interval) ?? textOf(about.i);
  return interval === null || type !== 'candle' ? `${type}:${coin}` : `${type}:${interval}:${coin}`;
}

/** The subscription that a topic stands for. */
export function subscriptionOf(topic: string): JsonObject {
  const [type = '', ...parts] = topic.split(':');
  if (type === 'userFills') return { type, user: parts.join(':') };
  if (type !== 'candle') return { type, coin: parts.join(':') };
  const [interval, ...coin] = parts;
  return { type, coin: coin.join(':'), interval };
}
