import { type ExchangeAdapter, Reference } from '@feedlake/exchanges';
import type { Lake, LakeObject, ObjectFilter } from '@feedlake/lake';
import type { DatasetName, Row } from '@feedlake/schema';
import { day, isoDate, now, parseSymbol } from '@feedlake/schema';
import { resolveSymbol, similarSymbols } from './instruments.ts';

/** How a name that a person typed was understood, going by what the lake has. */
export interface LakeSymbol {
  /** Unified symbol as the rows have it; null when none of the lake's fits. */
  readonly symbol: string | null;
  /** What is worth saying: another one was taken, or which there are. */
  readonly notice: string | null;
}

/**
 * Finds the symbol that a name stands for among those that the lake has of a dataset on the last date until a time.
 * @param adapter Knows the venue's own names; null where there is none.
 * @param at Microseconds; null = the newest.
 * @throws StoreError, ObjectError when the lake can't be read.
 */
export async function symbolInLake(
  lake: Lake,
  dataset: DatasetName,
  exchange: string,
  adapter: ExchangeAdapter | null,
  input: string,
  at: number | null,
): Promise<LakeSymbol> {
  const listed = await listedSymbols(lake, dataset, exchange, at);
  const instruments = [...listed].flatMap((symbol) => instrumentOf(exchange, symbol));
  const own = ownName(adapter, input) ?? ownName(adapter, input.toUpperCase());
  const resolved =
    resolveSymbol(exchange, input, instruments) ?? (own === null ? null : resolveSymbol(exchange, own, instruments));
  if (resolved !== null) return { symbol: resolved.instrument.symbol, notice: resolved.notice };
  const near = similarSymbols(input, instruments);
  const there = near.length > 0 ? near : [...listed].sort().slice(0, 3);
  return { symbol: null, notice: there.length === 0 ? null : `there is ${there.join(', ')}` };
}

function ownName(adapter: ExchangeAdapter | null, name: string): string | null {
  return adapter?.symbolOf(name, new Reference()) ?? null;
}

/** Most lakes have something of every day: this far back dates are looked at before all of them are, in microseconds. */
const recently = 2 * day;
/** A bucket is some tens of milliseconds away. */
const footersAtOnce = 16;

async function listedSymbols(lake: Lake, dataset: DatasetName, exchange: string, at: number | null) {
  const until = { exchanges: [exchange], ...(at === null ? {} : { lastDate: isoDate(at) }) };
  const recent = await objectsOf(lake, dataset, { ...until, firstDate: isoDate((at ?? now()) - recently) });
  const objects = recent.length > 0 ? recent : await objectsOf(lake, dataset, until);
  const last = objects.at(-1)?.date;
  const symbols = new Set<string>();
  const ofLastDate = objects.filter(({ date }) => date === last);
  for (let at = 0; at < ofLastDate.length; at += footersAtOnce) {
    const footers = await Promise.all(ofLastDate.slice(at, at + footersAtOnce).map((object) => lake.footer(object)));
    for (const footer of footers) for (const symbol of footer.symbols ?? []) symbols.add(symbol);
  }
  return symbols;
}

async function objectsOf(lake: Lake, dataset: DatasetName, filter: ObjectFilter): Promise<LakeObject[]> {
  const objects: LakeObject[] = [];
  for await (const object of lake.objects(dataset, filter)) objects.push(object);
  return objects;
}

/** An instrument as far as its symbol tells. */
function instrumentOf(exchange: string, symbol: string): Row<'instruments'>[] {
  const parts = parseSymbol(symbol);
  if (parts === null) return [];
  const { base, quote, type } = parts;
  const common = { exchange, symbol, venue_symbol: symbol, ts_recv: 0, source: 'rest', status: 'trading' };
  return [{ ...common, type, base, quote, settle: quote }];
}
