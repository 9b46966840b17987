import { resolveSymbol } from '@feedlake/collector';
import { type NotOffered, type Pages, Reference, replyMapperFor } from '@feedlake/exchanges';
import { type AnyRow, faultOf, parseIsoTime, parseJson, type Row } from '@feedlake/schema';
import type { RestReply, RestRequest } from '@feedlake/transport';
import { expect } from 'vitest';
import { type ErrorReply, received, type VenueFixtures } from '../fixture.ts';
import { Session } from '../session.ts';
import { allFixtures, type Card, read, readAll } from './card.ts';

/** What an adapter does with what is no data of ours, and what holds for all that it does. */
export const protocolCards: readonly Card[] = [
  {
    number: 'C08',
    title: "an error body is classified and rejected in the venue's words, not read as data",
    judge(venue) {
      expect(venue.errors.length).toBeGreaterThan(0);
      for (const error of venue.errors) {
        const fault = venue.adapter.rest.fault(replyOf(error), { ...error.request, costs: {} });
        expect({ kind: fault?.kind, told: fault?.message.includes(error.words) }, error.text).toEqual({
          kind: error.kind,
          told: true,
        });
        const { rows, rejected } = readOrReject(venue, error);
        expect(rows, error.text).toEqual([]);
        expect(rejected, error.text).not.toEqual([]);
      }
      return null;
    },
  },
  {
    number: 'C16',
    title: 'instruments: the unified symbol and the name of the venue lead to each other',
    judge(venue) {
      readAll(venue, venue.instruments);
      for (const fixture of venue.instruments) {
        const instruments = read(venue, fixture).tagged.flatMap((tagged) =>
          tagged.dataset === 'instruments' ? [tagged.row as Row<'instruments'>] : [],
        );
        expect(new Set(instruments.map(({ symbol }) => symbol)).size).toBe(instruments.length);
        for (const { symbol, venue_symbol } of instruments) {
          const found = resolveSymbol(venue.adapter.id, symbol, instruments);
          expect([found?.instrument.venue_symbol, found?.notice]).toEqual([venue_symbol, null]);
          expect(venue.adapter.symbolOf(venue_symbol, new Reference()), 'read off the name alone').toBe(symbol);
        }
      }
      return null;
    },
  },
  {
    number: 'C18',
    title: 'acks and pongs are ignored; errors and unknown messages are reported',
    judge(venue) {
      const fates = new Set(venue.controls.map(({ fate }) => fate));
      expect(fates).toEqual(new Set(['ignored', 'rejected']));
      for (const { text, fate, words } of venue.controls) {
        const result = new Session(venue.adapter).read({ request: null, texts: [text] });
        expect(result.rows, text).toEqual([]);
        expect(result[fate].join(), text).toContain(words);
        expect(result[fate === 'ignored' ? 'rejected' : 'ignored'], text).toEqual([]);
      }
      return null;
    },
  },
  {
    number: 'C19',
    title: 'other products are ignored, neither stored nor reported as faults',
    judge(venue) {
      expect(venue.otherProducts.length).toBeGreaterThan(0);
      for (const step of venue.otherProducts) {
        const result = new Session(venue.adapter).read(step);
        expect([result.rows, result.rejected], step.texts.join()).toEqual([[], []]);
        expect(result.ignored.length, step.texts.join()).toBeGreaterThan(0);
      }
      return null;
    },
  },
  {
    number: 'C20',
    title: 'every reply that is asked for has a mapper, and every kind of stream its rows',
    judge(venue) {
      const requests = requestsOf(venue);
      expect(requests.length).toBeGreaterThan(3);
      for (const request of requests) expect(replyMapperFor(venue.adapter, request), request.path).not.toBeNull();
      const streamed = allFixtures(venue).filter(({ request }) => request === null);
      const datasets = new Set(streamed.flatMap(({ rows }) => rows.map(({ dataset }) => dataset)));
      expect([...datasets]).toEqual(
        expect.arrayContaining(['trades', 'book_deltas', 'tickers', 'candles', 'liquidations']),
      );
      return null;
    },
  },
  {
    number: 'C21',
    title: 'reading is pure: the same messages give the same rows again',
    judge(venue) {
      for (const fixture of allFixtures(venue)) {
        const session = new Session(venue.adapter);
        for (const step of fixture.before ?? []) session.read(step);
        const first = session.read(fixture);
        expect(session.read(fixture).rows, fixture.name).toEqual(first.rows);
        expect(read(venue, fixture).rows, fixture.name).toEqual(first.rows);
      }
      return null;
    },
  },
  {
    number: 'C22',
    title: 'every row fits the schema of its dataset and says where it comes from',
    judge(venue) {
      for (const fixture of allFixtures(venue)) {
        for (const { dataset, row } of read(venue, fixture).tagged) {
          expect(faultOf(dataset, row as AnyRow), fixture.name).toBeNull();
          expect(row).toMatchObject({
            exchange: venue.adapter.id,
            source: fixture.request === null ? 'live' : 'rest',
            ts_recv: parseIsoTime(received),
          });
        }
      }
      return null;
    },
  },
];

function replyOf({ status, headers = {}, text }: ErrorReply): RestReply {
  return { status, headers, text, value: bodyOf(text), received: parseIsoTime(received) ?? 0 };
}

function bodyOf(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

/** A text that is no JSON never gets as far as a mapper. */
function readOrReject(venue: VenueFixtures, { request, text }: ErrorReply): { rows: unknown[]; rejected: string[] } {
  const isJson = typeof bodyOf(text) !== 'string';
  return isJson ? new Session(venue.adapter).read({ request, texts: [text] }) : { rows: [], rejected: [text] };
}

/** The first request of everything that the adapter can be asked to fetch, and what follows an empty page. */
function requestsOf({ adapter }: VenueFixtures): RestRequest[] {
  const selections = [{ symbols: null }, { symbols: ['BTCUSDT'] }, { symbols: ['BTCUSDT', 'ETHUSDT'] }];
  const snapshots = Object.values(adapter.snapshot).flatMap((snapshot) =>
    selections.flatMap((selection) => snapshot.pages(selection, new Reference())),
  );
  const from = parseIsoTime('2026-11-18') ?? 0;
  const query = { symbol: 'BTCUSDT', from, to: from + 86_400_000_000, periodSeconds: 3600 };
  const histories = Object.values(adapter.history).flatMap((history) =>
    isOffered(history) ? history.pages(query) : [],
  );
  const options = { candleSeconds: [60], options: {} };
  const polls = Object.values(adapter.streams.polls).map((poll) =>
    poll.pages({ symbol: 'BTCUSDT', lastTradeId: null, since: from, now: from + 60_000_000, options }),
  );
  return [adapter.instruments(null), ...snapshots, ...histories, ...polls].flatMap(requestsIn);
}

function isOffered<H extends object>(history: H | NotOffered): history is Exclude<H, NotOffered> {
  return !('notOffered' in history);
}

function requestsIn(pages: Pages): RestRequest[] {
  const requests: RestRequest[] = [];
  for (let step = pages.next(); !step.done; step = pages.next({ value: [], times: [] })) requests.push(step.value);
  return requests;
}
