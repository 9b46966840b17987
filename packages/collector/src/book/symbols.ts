import { type ExchangeAdapter, Reference } from '@feedlake/exchanges';
import type { Lake } from '@feedlake/lake';
import type { DatasetName, Row } from '@feedlake/schema';
import { isoDate, parseSymbol } from '@feedlake/schema';
import { resolveSymbol, similarSymbols } from '../instruments.ts';

/** How a name that a person typed was understood, going by what the lake has. */
export interface LakeSymbol {
  /** Unified symbol as the rows have it; null when none of the lake's fits. */
  readonly symbol: string | null;
  /** What is worth saying: another one was taken, or which there are. */
  readonly notice: string | null;
}

/**
 * Finds the symbol that a name stands for among those that the lake has of a dataset on the last date until a time.
 * @param at Microseconds; null = the newest.
 * @throws StoreError, ObjectError when the lake can't be read.
 */
export async function symbolInLake(
  lake: Lake,
  dataset: DatasetName,
  exchange: string,
  adapter: ExchangeAdapter,
  input: string,
  at: number | null,
): Promise<LakeSymbol> {
  const listed = await listedSymbols(lake, dataset, exchange, at);
  const instruments = [...listed].flatMap((symbol) => instrumentOf(exchange, symbol));
  const own = adapter.symbolOf(input, new Reference());
  const resolved =
    resolveSymbol(exchange, input, instruments) ?? (own === null ? null : resolveSymbol(exchange, own, instruments));
  if (resolved !== null) return { symbol: resolved.instrument.symbol, notice: resolved.notice };
  const near = similarSymbols(input, instruments);
  const there = near.length > 0 ? near : [...listed].sort().slice(0, 3);
  return { symbol: null, notice: there.length === 0 ? null : `there is ${there.join(', ')}` };
}

async function listedSymbols(lake: Lake, dataset: DatasetName, exchange: string, at: number | null) {
  const filter = { exchanges: [exchange], ...(at === null ? {} : { lastDate: isoDate(at) }) };
  const objects = [];
  for await (const object of lake.objects(dataset, filter)) objects.push(object);
  const last = objects.at(-1)?.date;
  const symbols = new Set<string>();
  for (const object of objects.filter(({ date }) => date === last)) {
    for (const symbol of (await lake.footer(object)).symbols ?? []) symbols.add(symbol);
  }
  return symbols;
}

/** An instrument as far as its symbol tells. */
function instrumentOf(exchange: string, symbol: string): Row<'instruments'>[] {
  const parts = parseSymbol(symbol);
  if (parts === null) return [];
  const { base, quote, type } = parts;
  const common = { exchange, symbol, venue_symbol: symbol, ts_recv: 0, source: 'rest', status: 'trading' };
  return [{ ...common, type, base, quote, settle: quote }];
}
