import type { Mapping } from '../mapping.ts';
import { type JsonObject, msTime, textOf } from '../value.ts';

/** A candle in the names of Bybit's `kline` topic; `interval` is minutes, `D` or `W`. */
export function mapCandle(candle: JsonObject, symbol: unknown, mapping: Mapping): void {
  const open = msTime(candle.start);
  mapping.row('candles', symbol, open, {
    interval_seconds: secondsOfInterval(candle.interval),
    open_time: open,
    open: textOf(candle.open),
    high: textOf(candle.high),
    low: textOf(candle.low),
    close: textOf(candle.close),
    volume: textOf(candle.volume),
    quote_volume: textOf(candle.turnover),
    closed: candle.confirm === true,
  });
}

/** Seconds of Bybit's interval texts; null for `M`, a month, which has no fixed width. */
export function secondsOfInterval(interval: unknown): number | null {
  const text = textOf(interval) ?? '';
  if (/^[1-9]\d*$/.test(text)) return Number(text) * 60;
  if (text === 'D') return 86_400;
  return text === 'W' ? 604_800 : null;
}
