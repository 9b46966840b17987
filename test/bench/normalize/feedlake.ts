import {
  type BookSequencer,
  Mapping,
  nativeAdapters,
  Reference,
  type ScanBook,
  type ScanTrades,
  type StreamTopic,
} from '@feedlake/exchanges';
import { BookTable, ColumnBatch, TradeTable } from '@feedlake/lake';
import { parseJson } from '@feedlake/schema';
import { scanBook as scanBackpackBook } from '../../../packages/exchanges/src/backpack/scan-book.ts';
import { scanTrades as scanBackpackTrades } from '../../../packages/exchanges/src/backpack/scan-trades.ts';
import { scanBook as scanBinanceBook } from '../../../packages/exchanges/src/binance/scan-book.ts';
import { scanTrades as scanBinanceTrades } from '../../../packages/exchanges/src/binance/scan-trades.ts';
import { scanBook as scanBybitBook } from '../../../packages/exchanges/src/bybit/scan-book.ts';
import { scanTrades as scanBybitTrades } from '../../../packages/exchanges/src/bybit/scan-trades.ts';
import { scanBook as scanHyperliquidBook } from '../../../packages/exchanges/src/hyperliquid/scan-book.ts';
import { scanTrades as scanHyperliquidTrades } from '../../../packages/exchanges/src/hyperliquid/scan-trades.ts';
import type { Contender, Run } from './contender.ts';
import type { VenueId, Workload } from './messages.ts';

const tradeScans: Readonly<Record<VenueId, ScanTrades>> = {
  binance: scanBinanceTrades,
  bybit: scanBybitTrades,
  hyperliquid: scanHyperliquidTrades,
  backpack: scanBackpackTrades,
};

const bookScans: Readonly<Record<VenueId, ScanBook>> = {
  binance: scanBinanceBook,
  bybit: scanBybitBook,
  hyperliquid: scanHyperliquidBook,
  backpack: scanBackpackBook,
};

const received = 1_790_000_000_000_000;

/** Tables are emptied after so many rows, as the spool does. */
const mostRows = 8192;

/** What belongs to a topic. */
interface Target {
  readonly symbol: Buffer;
  readonly number: number;
  readonly sequencer: BookSequencer;
}

/** Reads off a message's bytes which topic it is of, as a session does for each message. */
function router({ venue, feed, instruments }: Workload) {
  const { streams } = adapterOf(venue);
  const options = venue === 'bybit' ? { book_depth: 50 } : {};
  const topics = streams.topics(feed, instruments, { candleSeconds: [], options });
  if ('notOffered' in topics) throw new Error(topics.notOffered);
  const targets = new Map(topics.map((topic, number) => [topic.topic, targetOf(topic, number, streams.books)]));
  const rules = streams.routes[topics[0]?.route ?? ''];
  if (rules === undefined) throw new Error(`no route for ${feed} of ${venue}`);
  return {
    targets,
    targetOf(message: Buffer): Target {
      const incoming = rules.read(message);
      const target = incoming.kind === 'data' ? targets.get(incoming.topic) : undefined;
      if (target === undefined) throw new Error(`of no topic: ${message}`);
      return target;
    },
  };
}

function targetOf({ instrument }: StreamTopic, number: number, books: { sequencer(): BookSequencer }): Target {
  return { symbol: Buffer.from(instrument?.venue_symbol ?? ''), number, sequencer: books.sequencer() };
}

function adapterOf(venue: VenueId) {
  const adapter = nativeAdapters[venue];
  if (adapter === undefined) throw new Error(`no adapter for ${venue}`);
  return adapter;
}

function scanTrades(workload: Workload): Run {
  const route = router(workload);
  const scan = tradeScans[workload.venue];
  const table = new TradeTable();
  let rows = 0;
  return {
    restart() {
      table.clear();
      rows = 0;
    },
    take(message) {
      const { symbol, number } = route.targetOf(message);
      if (!scan(message, symbol, table)) throw new Error(`given up: ${message}`);
      rows += table.rows - table.committed;
      table.commit(number, received);
      if (table.rows > mostRows) table.clear();
    },
    check: () => expectRows(rows, workload),
  };
}

function scanBooks(workload: Workload): Run {
  const route = router(workload);
  const scan = bookScans[workload.venue];
  const table = new BookTable();
  let rows = 0;
  return {
    restart() {
      table.clear();
      rows = 0;
      for (const { symbol, sequencer } of route.targets.values()) {
        sequencer.reset();
        const { lastSeq, crossSeq } = workload.before.get(symbol.toString()) ?? { lastSeq: 0, crossSeq: 0 };
        sequencer.snapshot(lastSeq, crossSeq);
      }
    },
    take(message) {
      const { symbol, number, sequencer } = route.targetOf(message);
      if (!scan(message, symbol, table)) throw new Error(`given up: ${message}`);
      const at = table.messages;
      const [last, cross] = [table.lastSeq[at] as number, table.crossSeq[at] as number];
      const verdict =
        table.snapshot[at] === 1
          ? sequencer.snapshot(last, cross)
          : sequencer.delta(table.firstSeq[at] as number, last, table.prevSeq[at] as number, cross);
      if (verdict !== 'applied') throw new Error(`${verdict}: ${message}`);
      rows += table.rows - table.committed;
      table.commit(number, received);
      if (table.rows > mostRows) table.clear();
    },
    check: () => expectRows(rows, workload),
  };
}

function expectRows(rows: number, { name, rows: expected }: Workload): void {
  if (rows !== expected) throw new Error(`${name}: ${rows} rows in place of ${expected}`);
}

/** Straight from bytes to columns. */
export const scanned: Contender = {
  name: 'feedlake',
  checks: 'every byte; numbers of books',
  decimals: 'exact, or left to the mapper',
  keeps: 'typed columns',
  prepare: (workload) => (workload.feed === 'trades' ? scanTrades(workload) : scanBooks(workload)),
};

interface Table {
  readonly rows: number;
  readonly committed: number;
  commit(instrument: number, received: number): void;
  clear(): void;
}

function scanAlone<Sink extends Table>(
  scan: (data: Uint8Array, symbol: Uint8Array, sink: Sink) => boolean,
  table: Sink,
  workload: Workload,
): Run {
  const symbols = workload.instruments.map(({ venue_symbol }) => Buffer.from(venue_symbol));
  let taken = 0;
  let rows = 0;
  return {
    restart() {
      table.clear();
      taken = 0;
      rows = 0;
    },
    take(message) {
      const number = taken % symbols.length;
      taken += 1;
      if (!scan(message, symbols[number] as Buffer, table)) throw new Error(`given up: ${message}`);
      rows += table.rows - table.committed;
      table.commit(number, received);
      if (table.rows > mostRows) table.clear();
    },
    check: () => expectRows(rows, workload),
  };
}

/** The scan alone, of messages whose instrument is known. */
export const scanOnly: Contender = {
  name: 'its scan alone',
  checks: 'every byte',
  decimals: 'exact, or left to the mapper',
  keeps: 'typed columns',
  prepare: (workload) =>
    workload.feed === 'trades'
      ? scanAlone(tradeScans[workload.venue], new TradeTable(), workload)
      : scanAlone(bookScans[workload.venue], new BookTable(), workload),
};

/** The way of all other messages: lossless JSON, the mapper's rows, columns. */
export const mapped: Contender = {
  name: 'its other way',
  checks: 'every value of a row',
  decimals: 'exact',
  keeps: 'typed columns',
  prepare(workload) {
    const { venue, feed } = workload;
    const adapter = adapterOf(venue);
    const origin = {
      ...{ exchange: venue, received, source: 'live' as const, request: null },
      ...{ reference: new Reference(), symbolOf: adapter.symbolOf },
    };
    let batch = new ColumnBatch(feed);
    let rows = 0;
    const mapping = new Mapping(origin, {
      row(_dataset, row) {
        batch.append(row);
        rows += 1;
      },
      reject(reason) {
        throw new Error(reason);
      },
      ignore(reason) {
        throw new Error(reason);
      },
    });
    return {
      restart() {
        batch = new ColumnBatch(feed);
        rows = 0;
      },
      take(message) {
        adapter.message(parseJson(message.toString()), mapping);
        if (batch.rows > mostRows) batch = new ColumnBatch(feed);
      },
      check: () => expectRows(rows, workload),
    };
  },
};
