import { symbolInLake } from '@feedlake/collector';
import { type ExchangeAdapter, Reference } from '@feedlake/exchanges';
import type { Lake } from '@feedlake/lake';
import { type DatasetName, symbolFromInput } from '@feedlake/schema';
import { fieldProblem } from '../http/problem.ts';

/** Names as clients give them, as rows have them. */
export interface AskedSymbols {
  readonly symbols: readonly string[];
  /** What is worth saying: which others were taken, and which the lake knows nothing of. */
  readonly notices: readonly string[];
}

/**
 * Turns names into symbols of the lake, going by what it has: of the dataset, or else by the exchange's instruments. A
 * name that is in neither is taken at its word where its form tells what it means, since there may have been nothing to
 * tell of it lately.
 * @param at Microseconds: what the lake had until then counts.
 * @throws ProblemError for a name that stands for nothing; StoreError, ObjectError when the lake can't be read.
 */
export async function askedSymbols(
  lake: Lake,
  dataset: DatasetName,
  exchange: string,
  adapter: ExchangeAdapter | null,
  names: readonly string[],
  at: number,
): Promise<AskedSymbols> {
  const symbols = new Set<string>();
  const notices: string[] = [];
  for (const [index, name] of names.entries()) {
    const there = await symbolInLake(lake, dataset, exchange, adapter, name, at);
    const found = there.symbol === null ? await symbolInLake(lake, 'instruments', exchange, adapter, name, at) : there;
    const symbol = found.symbol ?? symbolFromInput(name) ?? adapter?.symbolOf(name, new Reference()) ?? null;
    if (symbol === null) {
      const hint = there.notice ?? found.notice;
      const message = `the lake has no such symbol of ${exchange}${hint === null ? '' : `; ${hint}`}`;
      throw fieldProblem(names.length === 1 ? 'query.symbol' : `query.symbol.${index}`, message);
    }
    symbols.add(symbol);
    if (found.symbol === null) notices.push(`the lake has no ${dataset} and no instrument ${symbol} of ${exchange}`);
    else if (found.notice !== null) notices.push(found.notice);
  }
  return { symbols: [...symbols], notices };
}
