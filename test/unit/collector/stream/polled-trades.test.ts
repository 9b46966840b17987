import type { AnyRow } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { inOrder } from '../../../../packages/collector/src/stream/poll-reply.ts';
import { polledTrades } from '../../../../packages/collector/src/stream/polled-trades.ts';
import { TradeGate } from '../../../../packages/collector/src/stream/trade-gate.ts';
import { TradeIntake } from '../../../../packages/collector/src/stream/trade-intake.ts';
import { testLedger } from './support.ts';

const trade = (id: string | number, time: number): AnyRow => ({ trade_id: String(id), ts_event: time, ts_recv: time });
const idsOf = (rows: readonly AnyRow[]) => rows.map(({ trade_id }) => trade_id);

/** Polls of one instrument whose trades are owed from a time on, one reply after the other. */
function polls(isNumbered: boolean, owedFrom: number) {
  const { ledger, entry } = testLedger();
  ledger.owed(entry, 'a', owedFrom);
  const recorded: AnyRow[] = [];
  const intake = new TradeIntake({
    entry,
    target: { record: (_dataset, row) => recorded.push(row) },
    gate: new TradeGate(ledger, entry, isNumbered),
    table: () => {
      throw new Error('nothing is scanned');
    },
  });
  let lastIds: ReadonlySet<string> | null = null;
  const take = (...rows: AnyRow[]) => {
    const found = polledTrades(intake, rows, { lastIds, isNumbered });
    lastIds = found.lastIds;
    intake.rows(found.fresh, 100);
    return found.isWhole;
  };
  return { take, intake, recorded };
}

test('trades from before they are owed are known, and not taken', () => {
  const { take, recorded } = polls(false, 10);
  expect(take(trade('a', 8), trade('b', 9), trade('c', 10), trade('d', 11))).toBe(true);
  expect(take(trade('b', 9), trade('c', 10), trade('d', 11), trade('e', 12))).toBe(true);
  expect(idsOf(recorded)).toEqual(['c', 'd', 'e']);
});

test('a reply that does not reach back to the one before is taken as a whole, and said not to', () => {
  const { take, recorded } = polls(false, 0);
  expect(take(trade('a', 1), trade('b', 2))).toBe(false);
  expect(take(trade('b', 2), trade('c', 3))).toBe(true);
  expect(take(trade('e', 5), trade('f', 6))).toBe(false);
  expect(idsOf(recorded)).toEqual(['a', 'b', 'c', 'e', 'f']);
});

test('nothing where nothing was is whole; nothing where something was is not', () => {
  const { take } = polls(false, 0);
  expect(take()).toBe(true);
  take(trade('a', 1));
  expect(take()).toBe(false);
});

test('what a stream has brought tells the first reply where to begin', () => {
  const { take, intake, recorded } = polls(false, 0);
  intake.rows([trade('s1', 5), trade('s2', 6)], 6);
  expect(take(trade('old', 1), trade('s1', 5), trade('late', 5), trade('s2', 6), trade('new', 7))).toBe(true);
  expect(idsOf(recorded)).toEqual(['s1', 's2', 'late', 'new']);
});

test('a seam that the stream has gone on after is only whole where the reply reaches back before it', () => {
  const { take, intake, recorded } = polls(false, 0);
  take(trade('a', 1), trade('b', 2));
  intake.rows([trade('s', 9)], 9);
  expect(take(trade('d', 7), trade('e', 8), trade('s', 9))).toBe(false);
  expect(idsOf(recorded)).toEqual(['a', 'b', 's', 'd', 'e']);
});

test('where trades are numbered, numbers tell what is missing', () => {
  const { take, recorded } = polls(true, 10);
  expect(take(trade(7, 8), trade(8, 9), trade(9, 10))).toBe(null);
  expect(take(trade(9, 10), trade(10, 12))).toBe(null);
  expect(idsOf(recorded)).toEqual(['9', '10']);
});

test('rows stand in the order they happened, however a venue lists them', () => {
  const order = (numbered: boolean, ...rows: AnyRow[]) => idsOf(inOrder(rows, numbered));
  expect(order(false, trade('d', 3), trade('c', 2), trade('b', 2), trade('a', 1))).toEqual(['a', 'b', 'c', 'd']);
  expect(order(false, trade('a', 1), trade('b', 2), trade('c', 2))).toEqual(['a', 'b', 'c']);
  expect(order(true, trade(10, 1), trade(9, 1), trade(8, 1))).toEqual(['8', '9', '10']);
  expect(order(true, trade(10, 2), trade(9, 1))).toEqual(['9', '10']);
});
