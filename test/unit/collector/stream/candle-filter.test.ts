import type { Row } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { CandleFilter } from '../../../../packages/collector/src/stream/candle-filter.ts';

const minute = 60_000_000;

function candle(open: number, close: string, closed: boolean, width = 60): Row<'candles'> {
  const common = {
    exchange: 'x',
    symbol: 'A-USDC-PERP',
    venue_symbol: 'A',
    ts_event: open,
    ts_recv: open,
    source: 'live',
  };
  return {
    ...common,
    interval_seconds: width,
    open_time: open,
    open: '1',
    high: '2',
    low: '1',
    close,
    volume: '1',
    closed,
  };
}

const brief = (rows: readonly Row<'candles'>[]) => rows.map((row) => [row.open_time, row.close, row.closed]);

test('of a candle that a venue closes, the closed state alone', () => {
  const filter = new CandleFilter();
  expect(filter.take(candle(0, '1', false))).toEqual([]);
  expect(filter.take(candle(0, '2', false))).toEqual([]);
  expect(brief(filter.take(candle(0, '3', true)))).toEqual([[0, '3', true]]);
  expect(filter.take(candle(0, '3', true))).toEqual([]);
  expect(filter.take(candle(0, '2', false))).toEqual([]);
});

test('of one that is never said to be closed, the last state, when the next begins', () => {
  const filter = new CandleFilter();
  filter.take(candle(0, '1', false));
  filter.take(candle(0, '2', false));
  expect(brief(filter.take(candle(minute, '5', false)))).toEqual([[0, '2', true]]);
});

test('one that was interrupted is not called closed', () => {
  const filter = new CandleFilter();
  filter.take(candle(0, '1', false));
  filter.interrupted();
  expect(brief(filter.take(candle(minute, '5', false)))).toEqual([[0, '1', false]]);
  expect(brief(filter.take(candle(2 * minute, '6', false)))).toEqual([[minute, '5', true]]);
});

test('one of which a later state has come after an interruption is closed like any other', () => {
  const filter = new CandleFilter();
  filter.take(candle(0, '1', false));
  filter.interrupted();
  filter.take(candle(0, '2', false));
  expect(brief(filter.take(candle(minute, '5', false)))).toEqual([[0, '2', true]]);
});

test('an interruption is one of every width', () => {
  const filter = new CandleFilter();
  filter.take(candle(0, '1', false));
  filter.take(candle(0, '1', false, 300));
  filter.interrupted();
  expect(brief(filter.take(candle(5 * minute, '5', false)))).toEqual([[0, '1', false]]);
  expect(brief(filter.take(candle(5 * minute, '5', false, 300)))).toEqual([[0, '1', false]]);
});

test('one that comes closed after the next has begun is let through, and the next goes on', () => {
  const filter = new CandleFilter();
  filter.take(candle(minute, '5', false));
  expect(brief(filter.take(candle(0, '3', true)))).toEqual([[0, '3', true]]);
  expect(brief(filter.take(candle(2 * minute, '6', false)))).toEqual([[minute, '5', true]]);
});
