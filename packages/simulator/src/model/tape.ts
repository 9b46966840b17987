import { type Market, middleTick } from './market.ts';
import { uniform } from './noise.ts';
import { unitsText } from './text.ts';

/**
 * A market's endless tape: taker orders, counted one by one from the epoch, each of which fills one or three resting
 * orders. Every order and trade is a pure function of the market and its number.
 */
export interface TakerOrder {
  readonly id: number;
  /** Microseconds, whole milliseconds. */
  readonly time: number;
  readonly price: string;
  /** All that it filled. */
  readonly size: string;
  readonly buyerIsMaker: boolean;
  /** Number of its first trade, and how many there are. */
  readonly firstTrade: number;
  readonly trades: number;
}

/** One resting order filled. */
export interface Trade {
  /** Counted one by one from the epoch. */
  readonly id: number;
  /** Microseconds, whole milliseconds. */
  readonly time: number;
  readonly price: string;
  readonly size: string;
  readonly buyerIsMaker: boolean;
  /** Number of the order that made it. */
  readonly order: number;
}

/** When the order with this number came. */
export function orderTime(market: Market, id: number): number {
  const { orderSpacing } = market.pace;
  const exact = id * orderSpacing + Math.floor(uniform(market.key + 40, id) * 0.95 * orderSpacing);
  return Math.floor(exact / 1000) * 1000;
}

function unitsOf(market: Market, id: number): number {
  return 3 + Math.floor(497 * uniform(market.key + 41, id) ** 3);
}

/** The taker order with this number. */
export function takerOrder(market: Market, id: number): TakerOrder {
  const time = orderTime(market, id);
  const buyerIsMaker = uniform(market.key + 42, id) < 0.5;
  return {
    id,
    time,
    price: unitsText(middleTick(market, time) - (buyerIsMaker ? 1 : 0), market.priceDecimals),
    size: unitsText(unitsOf(market, id), market.sizeDecimals),
    buyerIsMaker,
    firstTrade: firstTradeOf(id),
    trades: tradesOf(id),
  };
}

/** Orders of even number fill one resting order, the others three. */
function tradesOf(orderId: number): number {
  return orderId % 2 === 0 ? 1 : 3;
}

function firstTradeOf(orderId: number): number {
  return 2 * orderId - (orderId % 2);
}

/** The trades of an order, in their order; their sizes add up to its own. */
export function tradesOfOrder(market: Market, order: TakerOrder): Trade[] {
  const { time, price, buyerIsMaker, firstTrade, trades } = order;
  const common = { time, price, buyerIsMaker, order: order.id };
  if (trades === 1) return [{ ...common, id: firstTrade, size: order.size }];
  const units = unitsOf(market, order.id);
  const part = Math.floor(units / trades);
  return Array.from({ length: trades }, (_, index) => ({
    ...common,
    id: firstTrade + index,
    size: unitsText(index === 0 ? units - part * (trades - 1) : part, market.sizeDecimals),
  }));
}

/** The number of the first order that is not before `time`. */
export function orderIdFrom(market: Market, time: number): number {
  let id = Math.floor(time / market.pace.orderSpacing);
  while (orderTime(market, id) < time) id += 1;
  return id;
}

/** The number of the first trade that is not before `time`. */
export function tradeIdFrom(market: Market, time: number): number {
  return firstTradeOf(orderIdFrom(market, time));
}

/** The last `count` orders up to a time, that one included, ascending; none before the listing. */
export function ordersUntil(market: Market, time: number, count: number): TakerOrder[] {
  const end = orderIdFrom(market, time + 1);
  const first = Math.max(end - count, orderIdFrom(market, market.listed));
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => takerOrder(market, first + index));
}

/** The last `count` trades up to a time, that one included, ascending; none before the listing. */
export function tradesUntil(market: Market, time: number, count: number): Trade[] {
  return ordersUntil(market, time, count)
    .flatMap((order) => tradesOfOrder(market, order))
    .slice(-count);
}

/** Walks a tape: the orders from a time on, one after the other. */
export class OrderCursor {
  readonly #market: Market;
  #id: number;
  /** When the next order comes. */
  due: number;

  /** @param after the first order is later than this. */
  constructor(market: Market, after: number) {
    this.#market = market;
    this.#id = orderIdFrom(market, after + 1);
    this.due = orderTime(market, this.#id);
  }

  take(): TakerOrder {
    const order = takerOrder(this.#market, this.#id);
    this.#id += 1;
    this.due = orderTime(this.#market, this.#id);
    return order;
  }
}
