import { basename } from 'node:path';
import { type BookRow, bookAt } from '@feedlake/exchanges';
import { plainDecimal, symbolFromInput } from '@feedlake/schema';
import { expect } from 'vitest';
import { adapterOf } from '../adapters.ts';
import { levels, replayBook } from './book-replay.ts';
import { type PayloadFile, payloadText } from './manifest.ts';
import { outcomesOf, rowsOf } from './outcomes.ts';

/**
 * Compares rows with what an independent program made of the same payloads.
 * @throws RangeError for a file of expected results that nothing is compared with yet.
 */
export function checkExpectedFile(folder: string, { file, venue }: PayloadFile): void {
  const expected: unknown = JSON.parse(payloadText(folder, file));
  const [, coin] = /^(\w+)_book_golden\.json$/.exec(basename(file)) ?? [];
  if (coin !== undefined) checkBook(folder, venue, coin, expected as GoldenBook);
  else if (file === 'ccxt-run/hyperliquid/ccxt_expected_for_metaAndAssetCtxs_open.json') {
    checkContexts(folder, venue, expected as CcxtRun);
  } else throw new RangeError(`nothing is compared with ${file}`);
}

interface GoldenBook {
  readonly dropped: number;
  readonly applied: number;
  readonly lastU: number;
  readonly final: {
    readonly bids: readonly [price: string, size: string][];
    readonly asks: readonly [price: string, size: string][];
    readonly bidLevels: number;
    readonly askLevels: number;
  };
}

/** The captured deltas over the captured snapshot end in the very book that exact arithmetic gave. */
function checkBook(folder: string, venue: string, coin: string, expected: GoldenBook): void {
  const snapshot = outcomesOf(folder, venue, `cryptofeed/binance-usdm/depth_${coin}.json`);
  const deltas = outcomesOf(folder, venue, `cryptofeed/binance-usdm/${coin}_depth@100ms.jsonl`);
  const [whole, changes] = [snapshot, deltas].map((outcomes) => outcomes.flatMap(({ result }) => result?.rows ?? []));
  const { books } = adapterOf(venue).streams;
  const book = replayBook(books, whole ?? [], changes ?? []);
  const { bids, asks, bidLevels, askLevels } = expected.final;
  expect(book.bids.slice(0, bids.length)).toEqual(bids);
  expect(book.asks.slice(0, asks.length)).toEqual(asks);
  expect([book.bids.length, book.asks.length]).toEqual([bidLevels, askLevels]);
  expect([book.dropped, book.applied, book.lastSeq]).toEqual([expected.dropped, expected.applied, expected.lastU]);
  const rows = levels([...(whole ?? []), ...(changes ?? [])]).sort(asInTheLake);
  const atTheEnd = bookAt(rows, Number.POSITIVE_INFINITY, books);
  expect(atTheEnd).toMatchObject({ known: true, bids: book.bids, asks: book.asks, lastSeq: book.lastSeq });
}

/** The order of the lake's files, which is not the order in which snapshot and deltas came. */
function asInTheLake(a: BookRow, b: BookRow): number {
  return (a.ts_event ?? 0) - (b.ts_event ?? 0) || (a.last_seq ?? 0) - (b.last_seq ?? 0);
}

type CcxtResults = Readonly<Record<string, Readonly<Record<string, string>>>>;
interface CcxtRun {
  readonly fetchOpenInterests: CcxtResults;
  readonly fetchFundingRates: CcxtResults;
}

/** Open interest, rate, mark and index price of every coin are those that ccxt reads; delisted coins are not in snapshots. */
function checkContexts(folder: string, venue: string, expected: CcxtRun): void {
  const outcomes = outcomesOf(folder, venue, 'ate-studio/hyperliquid/metaAndAssetCtxs_open.json');
  const delisted = new Set(
    outcomes.flatMap(({ result }) => result?.ignored ?? []).map((reason) => / of (\S+): delisted/.exec(reason)?.[1]),
  );
  const rows = rowsOf(outcomes);
  const own = (dataset: string, column: string) =>
    bySymbol(rows.filter((row) => row.dataset === dataset).map((row) => [String(row.symbol), row[column]]));
  const theirs = (results: CcxtResults, field: string) =>
    bySymbol(
      Object.entries(results)
        .filter(([symbol]) => !isIn(delisted, symbol))
        .map(([symbol, result]) => [symbolFromInput(symbol) ?? symbol, result[field]]),
    );
  expect(own('open_interest', 'open_interest')).toEqual(theirs(expected.fetchOpenInterests, 'openInterestAmount'));
  expect(own('funding_rates', 'rate')).toEqual(theirs(expected.fetchFundingRates, 'fundingRate'));
  expect(own('funding_rates', 'mark_price')).toEqual(theirs(expected.fetchFundingRates, 'markPrice'));
  expect(own('funding_rates', 'index_price')).toEqual(theirs(expected.fetchFundingRates, 'indexPrice'));
}

/** ccxt writes base names in capitals. */
function bySymbol(values: [symbol: string, value: unknown][]): Record<string, string> {
  return Object.fromEntries(values.map(([symbol, value]) => [symbol.toUpperCase(), plainDecimal(String(value))]));
}

function isIn(coins: ReadonlySet<string | undefined>, symbol: string): boolean {
  const base = symbol.split('/')[0];
  return [...coins].some((coin) => coin?.toUpperCase() === base?.toUpperCase());
}
