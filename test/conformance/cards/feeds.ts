import { bookAt, type StreamTopic } from '@feedlake/exchanges';
import { datasetNames } from '@feedlake/schema';
import type { Incoming, WebSocketRules } from '@feedlake/transport';
import { expect } from 'vitest';
import { text, type VenueFixtures } from '../fixture.ts';
import { levels } from '../payloads/book-replay.ts';
import { Session } from '../session.ts';
import { type Card, doesNotApply, proven } from './card.ts';

/** Feeds as a session and the collector see them. */
export const feedCards: readonly Card[] = [
  {
    number: 'C23',
    title: 'every feed that is offered is told by its bytes, however it is written, and brings rows of its dataset',
    judge(venue) {
      const topics = offered(venue);
      expect(topics.map(({ dataset }) => dataset)).toEqual(
        expect.arrayContaining(['trades', 'book_deltas', 'liquidations', 'tickers', 'candles']),
      );
      for (const { topic, dataset, route } of topics) {
        const message = messageOf(venue, topic);
        for (const sent of [JSON.stringify(message), JSON.stringify(message, null, 2), turnedRound(message)]) {
          expect(read(rulesOf(venue, route), sent), sent).toEqual({ kind: 'data', topic });
        }
        const { rows, rejected } = new Session(venue.adapter).read({ request: null, texts: [text(message)] });
        expect([new Set(rows.map((row) => row.dataset)), rejected], topic).toEqual([new Set([dataset]), []]);
      }
      return null;
    },
  },
  {
    number: 'C24',
    title: 'what is accepted, refused, alive and unknown is told apart, on every route',
    judge(venue) {
      const { adapter, answers } = venue;
      for (const [route, rules] of Object.entries(adapter.streams.routes)) {
        for (const { message, is } of answers) expect(read(rules, text(message)), route).toMatchObject(is);
        const kinds = new Set(answers.map(({ is }) => is.kind));
        const needed = [
          'refused',
          'unknown',
          ...(rules.acknowledges ? ['ack'] : []),
          ...(rules.ping ? ['heartbeat'] : []),
        ];
        expect([...kinds], route).toEqual(expect.arrayContaining(needed));
      }
      return null;
    },
  },
  {
    number: 'C25',
    title: 'every route says what it wants within its limits, and has a feed that proves that its host sends',
    judge(venue) {
      for (const [route, rules] of Object.entries(venue.adapter.streams.routes)) {
        const { canary, limits } = rules;
        expect(canary, route).toMatchObject({ silenceMs: expect.any(Number), sparse: false });
        expect(read(rules, text(messageOf(venue, canary?.topic ?? '')))).toEqual({
          kind: 'data',
          topic: canary?.topic,
        });
        const topics = offered(venue).flatMap((one) => (one.route === route ? [one.topic] : []));
        const batch = topics.slice(0, limits.topicsPerFrame);
        for (const frame of [rules.subscribe(batch, 1), rules.unsubscribe(batch, 1)]) {
          const names = batch.map((topic) => topic.split(/[:@]/));
          for (const part of names.flat()) expect(frame.toLowerCase(), route).toContain(part.toLowerCase());
          expect(() => JSON.parse(frame)).not.toThrow();
        }
        for (const limit of [
          limits.topicsPerFrame,
          limits.topicsPerConnection,
          limits.frames.count,
          limits.attempts.count,
        ]) {
          expect(limit).toBeGreaterThan(0);
        }
      }
      return null;
    },
  },
  {
    number: 'C26',
    title: 'a book is rebuilt from its rows in the order of the lake, and a change that is missing makes it unknown',
    judge(venue) {
      const { bookRun } = venue;
      if (doesNotApply(bookRun)) return proven(bookRun);
      const { steps, needed, bids, asks } = bookRun;
      const { books } = venue.adapter.streams;
      const bookOf = (some: typeof steps) => {
        const session = new Session(venue.adapter);
        const rows = levels(some.flatMap((step) => session.read(step).tagged));
        rows.sort((a, b) => (a.ts_event ?? 0) - (b.ts_event ?? 0) || (a.last_seq ?? 0) - (b.last_seq ?? 0));
        return bookAt(rows, Number.POSITIVE_INFINITY, books);
      };
      const late = [...steps.slice(1), ...steps.slice(0, 1)];
      for (const order of [steps, late]) expect(bookOf(order)).toMatchObject({ known: true, bids, asks });
      expect(bookOf(steps.filter((_step, index) => index !== needed))).toMatchObject({ known: false });
      return null;
    },
  },
];

/** The topics of all datasets that are streamed. */
function offered({ adapter, streamed }: VenueFixtures): StreamTopic[] {
  return datasetNames.flatMap((dataset) => {
    const topics = adapter.streams.topics(dataset, [streamed], { candleSeconds: [60], options: {} });
    return 'notOffered' in topics ? [] : topics;
  });
}

function messageOf({ feeds }: VenueFixtures, topic: string): Readonly<Record<string, unknown>> {
  const found = feeds.find((feed) => feed.topic === topic);
  expect(found, `no fixture for ${topic}`).toBeDefined();
  return found?.message as Readonly<Record<string, unknown>>;
}

/** The same message, its fields the other way round. */
function turnedRound(message: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(message).reverse()));
}

function rulesOf({ adapter }: VenueFixtures, route: string): WebSocketRules {
  const rules = adapter.streams.routes[route];
  if (rules === undefined) throw new Error(`${adapter.id} has no route ${route}`);
  return rules;
}

function read(rules: WebSocketRules, sent: string): Incoming {
  return rules.read(Buffer.from(sent));
}
