import type { AnyRow } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { PolledFeed } from '../../../../packages/collector/src/stream/polled-feed.ts';
import { CandleIntake, StateIntake } from '../../../../packages/collector/src/stream/row-intakes.ts';
import { testLedger, told } from './support.ts';

const minute = 60_000_000;

function candle(open: number, closed: boolean, close = '1'): AnyRow {
  const prices = { open: '1', high: '2', low: '1', close, volume: '1' };
  return { ts_event: open, open_time: open, interval_seconds: 60, closed, ...prices };
}

/** A feed of candles, or of a state, that is polled, owed from a time on. */
function polled(owedFrom: number, what: 'candles' | 'tickers' = 'candles', topics = ['a']) {
  const { ledger, entry, rows } = testLedger();
  const recorded: AnyRow[] = [];
  const target = { record: (_dataset: string, row: AnyRow) => void recorded.push(row) };
  const intake = what === 'candles' ? new CandleIntake(entry, target) : new StateIntake('tickers', entry, target);
  for (const topic of topics) ledger.owed(entry, topic, owedFrom);
  const feed = new PolledFeed(intake, {
    ledger,
    candleSeconds: [60],
    tradeIdsAreConsecutive: false,
    allTopics: () => topics,
  });
  feed.topics.add('a');
  const take = (now: number, ...candles: AnyRow[]) => {
    feed.query(now);
    feed.took(candles, now);
  };
  return { feed, take, ledger, entry, rows, recorded, opens: () => recorded.map(({ open_time }) => open_time) };
}

test('a candle that only this machine’s clock calls closed is waited for', () => {
  const { take, opens } = polled(0);
  take(61_000_000, candle(0, true));
  expect(opens()).toEqual([]);
  take(62_000_000, candle(0, true), candle(minute, false));
  expect(opens()).toEqual([0]);
  take(3 * minute, candle(minute, true));
  expect(opens()).toEqual([0, minute]);
});

test('a candle that ended before anything was owed is left out', () => {
  const { take, opens } = polled(2 * minute);
  take(2 * minute + 1, candle(minute, true), candle(2 * minute, false));
  take(3 * minute + 1, candle(minute, true), candle(2 * minute, true), candle(3 * minute, false));
  expect(opens()).toEqual([2 * minute]);
});

test('candles are asked for from a while before the last poll on, and no more of them than come', () => {
  const { feed, take } = polled(0);
  take(10 * minute, candle(9 * minute, false));
  expect(feed.query(11 * minute)).toMatchObject({ since: 9 * minute, now: 11 * minute });
  feed.failed('disconnect');
  expect(feed.query(500 * minute).since).toBe(410 * minute);
});

test('a gap of polls is only told to be mended as far as a reply goes', () => {
  const { feed, take, rows } = polled(0);
  take(minute, candle(minute, false));
  feed.failed('disconnect');
  take(200 * minute, candle(200 * minute, false));
  const minutes = told(rows).map((line) => line.replaceAll(/\d{8,}/g, (time) => `${Number(time) / minute}m`));
  expect(minutes.slice(-2)).toEqual(['gap 1m-200m disconnect', 'covered 110m-200m by poll']);
});

test('what was lost on its way to the disk is not mended by a poll', () => {
  const { feed, take, ledger, entry, rows } = polled(0);
  take(minute, candle(minute, false));
  ledger.interrupted(entry, 'spool', 0.5 * minute, 'disk_full');
  feed.failed('disconnect');
  take(2 * minute, candle(2 * minute, false));
  expect(told(rows).filter((line) => line.includes('by poll'))).toEqual(['covered 0-60000000 by poll']);
});

test('a gap of a topic that is streamed is none of the polls’ affair', () => {
  const { take, ledger, entry } = polled(0, 'tickers', ['a', 'b']);
  ledger.resumed(entry, 'b', 1);
  take(10, { ts_event: 10, last_price: '1' });
  expect([...entry.gaps.keys()]).toEqual([]);
  ledger.interrupted(entry, 'b', 12, 'silent');
  take(20, { ts_event: 20, last_price: '2' });
  expect([...entry.gaps.keys()]).toEqual(['b']);
});
