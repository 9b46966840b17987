import type { TaggedRow } from '@feedlake/collector';
import type { ExchangeAdapter } from '@feedlake/exchanges';
import { type AnyRow, type Columns, datasets, faultOf, half, plainDecimal } from '@feedlake/schema';
import type { Outcome } from './normalize.ts';
import { isComputed, numbersIn } from './numbers.ts';

/** What is wrong with the rows of one message, in words; empty when nothing is. */
export function faultsOf(adapter: ExchangeAdapter, outcome: Outcome): string[] {
  const told = numbersIn(outcome.told);
  const rows = outcome.result?.rows ?? [];
  return [
    ...rows.flatMap((tagged) => {
      const faults = [...faultsOfRow(adapter, outcome, tagged), ...untold(tagged, told)];
      return faults.map((fault) => `${tagged.dataset} of ${tagged.row.venue_symbol}: ${fault}`);
    }),
    ...faultsOfBook(rows),
    ...faultsOfOrder(rows),
    ...(adapter.id === 'bybit' ? bothSided(outcome.told, rows) : []),
  ];
}

function faultsOfRow(adapter: ExchangeAdapter, { line, told }: Outcome, { dataset, row }: TaggedRow): string[] {
  const values: AnyRow = { ...row };
  const faults = [faultOf(dataset, values)];
  const check = (fine: boolean, fault: string) => faults.push(fine ? null : fault);
  const source = line.request === null ? 'live' : 'rest';
  check(values.exchange === adapter.id && values.source === source, `comes from ${values.exchange}, ${values.source}`);
  for (const [column, words] of Object.entries(vocabulary[dataset] ?? {})) {
    check(words.includes(values[column] ?? null), `${column} is ${values[column]}`);
  }
  for (const column of positive.filter((name) => typeof values[name] === 'string')) {
    check(Number(values[column]) > 0, `${column} is ${values[column]}`);
  }
  for (const column of ['rate', 'funding_rate'].filter((name) => typeof values[name] === 'string')) {
    check(Math.abs(Number(values[column])) < 0.1, `${column} is no fraction of one interval: ${values[column]}`);
  }
  for (const column of ['ts_event', 'funding_time', 'open_time', 'listed_time']) {
    const time = values[column];
    check(typeof time !== 'number' || isPlausible(time, told), `${column} is no time of our days: ${time}`);
  }
  if (dataset === 'candles') check(Number(row.low) <= Number(row.high), `low ${row.low}, high ${row.high}`);
  return faults.filter((fault) => fault !== null);
}

const positive = [
  'price',
  'mark_price',
  'index_price',
  'open',
  'high',
  'low',
  'close',
  'interval_seconds',
  'period_seconds',
];

const vocabulary: Readonly<Record<string, Readonly<Record<string, readonly AnyRow[string][]>>>> = {
  trades: { side: ['buy', 'sell'] },
  liquidations: { side: ['long', 'short', null], completeness: ['full', 'sampled', 'backstop'] },
  book_deltas: { side: ['bid', 'ask', null] },
  funding_rates: { kind: ['settled', 'running'] },
  open_interest: { value_basis: ['reported', 'mark', null] },
  instruments: { type: ['perpetual', 'future'] },
};

const earliest = Date.UTC(2017, 0) * 1000;
const latest = Date.UTC(2030, 0) * 1000;

/** Samples of documentation have made-up times such as 123456789: those are right when they are told like that. */
function isPlausible(micros: number, text: string): boolean {
  return (
    (micros >= earliest && micros < latest) || text.includes(String(micros / 1000)) || text.includes(String(micros))
  );
}

/** Every decimal of a row stands in the message, or is computed from what stands there as documented. */
function untold({ dataset, row }: TaggedRow, told: ReadonlySet<string>): string[] {
  const columns: Columns = datasets[dataset].columns;
  return Object.entries(row).flatMap(([name, value]) => {
    if (columns[name]?.type !== 'decimal' || typeof value !== 'string' || derived.includes(name)) return [];
    const plain = plainDecimal(value);
    return told.has(plain) || isComputed(plain, told, name, row)
      ? []
      : [`${name} ${value} does not stand in the message`];
  });
}

/** Facts of a product rather than numbers of a message: a contract is one coin; Hyperliquid tells decimals of sizes. */
const derived = ['contract_size', 'size_step'];

/** The rows of a message about a book end in the only one that is marked as its last. */
function faultsOfBook(rows: readonly TaggedRow[]): string[] {
  const levels = rows.flatMap((tagged) => (tagged.dataset === 'book_deltas' ? [tagged.row] : []));
  const marked = levels.filter(({ is_last }) => is_last).length;
  if (levels.length === 0 || (marked === 1 && levels.at(-1)?.is_last === true)) return [];
  return [`book_deltas: ${marked} rows are marked as last`];
}

/** Rows of one instrument come in the order of time, up or down, as venues list them. */
function faultsOfOrder(rows: readonly TaggedRow[]): string[] {
  const times = new Map<string, number[]>();
  for (const { dataset, row } of rows) {
    const name = `${dataset} of ${row.venue_symbol}`;
    if (typeof row.ts_event === 'number') times.set(name, [...(times.get(name) ?? []), row.ts_event]);
  }
  const isSorted = (list: number[]) => list.every((time, index) => index === 0 || time >= (list[index - 1] ?? 0));
  return [...times]
    .filter(([, list]) => !isSorted(list) && !isSorted(list.toReversed()))
    .map(([name]) => `${name}: out of the order of time`);
}

/** Bybit's `openInterest` counts both sides: a row holds `singleOpenInterest` where that is told, else half. */
function bothSided(text: string, rows: readonly TaggedRow[]): string[] {
  const told = (field: string) =>
    [...text.matchAll(new RegExp(`"${field}":\\s*"([\\d.]+)"`, 'g'))].map(([, value = '']) => value);
  const single = told('singleOpenInterest').map(plainDecimal);
  const allowed = new Set(single.length > 0 ? single : told('openInterest').map(half));
  return rows.flatMap(({ dataset, row }) => {
    const value = 'open_interest' in row ? row.open_interest : null;
    const fine = typeof value !== 'string' || allowed.has(plainDecimal(value));
    return fine ? [] : [`${dataset} of ${row.venue_symbol}: open interest ${value} is not that of one side`];
  });
}
