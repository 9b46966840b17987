import type { Mapping } from '../mapping.ts';
import { integerOf, intervalSeconds, type JsonObject, msTime, textOf } from '../value.ts';

/** A candle in the names of Binance's `kline` stream: t, i, o, h, l, c, v, q, n, x. */
export function mapCandle(candle: JsonObject, symbol: unknown, mapping: Mapping): void {
  const open = msTime(candle.t);
  mapping.row('candles', symbol, open, {
    interval_seconds: intervalSeconds(candle.i),
    open_time: open,
    open: textOf(candle.o),
    high: textOf(candle.h),
    low: textOf(candle.l),
    close: textOf(candle.c),
    volume: textOf(candle.v),
    quote_volume: textOf(candle.q),
    trades: integerOf(candle.n),
    closed: candle.x === true,
  });
}
