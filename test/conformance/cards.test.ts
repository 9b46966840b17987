import { afterAll, describe, expect, it } from 'vitest';
import { feedCards } from './cards/feeds.ts';
import { polledCards } from './cards/polled.ts';
import { protocolCards } from './cards/protocol.ts';
import { streamedCards } from './cards/streamed.ts';
import { valueCards } from './cards/values.ts';
import { backpackFixtures } from './fixtures/backpack/index.ts';
import { binanceFixtures } from './fixtures/binance/index.ts';
import { bybitFixtures } from './fixtures/bybit/index.ts';
import { hyperliquidFixtures } from './fixtures/hyperliquid/index.ts';

const venues = [binanceFixtures, bybitFixtures, hyperliquidFixtures, backpackFixtures];
const cards = [...polledCards, ...valueCards, ...streamedCards, ...protocolCards, ...feedCards].sort((a, b) =>
  a.number.localeCompare(b.number),
);

/** Cards that have nothing to judge at a venue, and why. Their reasons are proven all the same. */
const withoutObject: Readonly<Record<string, string>> = {
  'C02 backpack': 'there is no history of open interest',
  'C02 hyperliquid': 'there is no history of open interest',
  'C10 backpack': 'no message says how a trade came about',
  'C10 hyperliquid': 'no message says how a trade came about',
  'C13 hyperliquid': 'nothing numbers the frames of a book',
  'C26 hyperliquid': 'nothing numbers the frames of a book',
};

describe.each(venues)('$adapter.id', (venue) => {
  it.each(cards)('$number $title', (card) => {
    const reason = card.judge(venue);
    expect(reason?.doesNotApply ?? null).toBe(withoutObject[`${card.number} ${venue.adapter.id}`] ?? null);
  });
});

it('cards are numbered one by one', () => {
  expect(cards.map(({ number }) => number)).toEqual(
    cards.map((_card, index) => `C${String(index + 1).padStart(2, '0')}`),
  );
});

afterAll(() => {
  const reasons = Object.entries(withoutObject).map(([card, reason]) => `  ${card}: ${reason}\n`);
  process.stdout.write(`${cards.length} cards at ${venues.length} venues; not applicable:\n${reasons.join('')}`);
});
