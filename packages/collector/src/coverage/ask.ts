import type { ExchangeAdapter } from '@feedlake/exchanges';
import type { Lake } from '@feedlake/lake';
import { type DatasetName, datasetNames, symbolFromInput } from '@feedlake/schema';
import type { Interval } from '../intervals.ts';
import { type LakeSymbol, symbolInLake } from '../symbol-in-lake.ts';
import type { CoverageKind } from './kind.ts';
import { readCoverage } from './read.ts';
import { resolveCoverage } from './resolve.ts';
import type { CoverageRow } from './row.ts';
import type { Timeline } from './timeline.ts';

/** What is asked of the coverage of one exchange; times in microseconds. */
export interface CoverageQuestion extends Interval {
  readonly exchange: string;
  /** Knows the venue's own names; null where there is none. */
  readonly adapter: ExchangeAdapter | null;
  /** Default: all. */
  readonly datasets?: readonly DatasetName[] | undefined;
  /** As a person types them. Default: all. */
  readonly symbols?: readonly string[] | undefined;
  /** Default: all. */
  readonly kind?: CoverageKind | undefined;
  readonly signal: AbortSignal;
}

export interface CoverageAnswer {
  /** As {@link resolveCoverage} has them. */
  readonly timelines: readonly Timeline[];
  /** How each name was understood, in the order of the question. */
  readonly names: ReadonlyMap<string, LakeSymbol>;
}

/**
 * Reads the coverage of one exchange. Rows about all symbols speak for a symbol that is asked for only where the lake knows
 * of it: by coverage that names it, by its instruments at the end or the beginning of the range, or where it has none of
 * these, by rows of a dataset. Of others there is no timeline.
 * @throws StoreError, ObjectError when the lake can't be read; what the signal was aborted with.
 */
export async function askCoverage(lake: Lake, question: CoverageQuestion): Promise<CoverageAnswer> {
  const { exchange, from, to, datasets, kind, signal } = question;
  const names = new Map<string, LakeSymbol>();
  for (const name of question.symbols ?? []) names.set(name, await understood(lake, question, name));
  const named = [...names].flatMap(([name, { symbol }]) =>
    [symbol, symbolFromInput(name)].filter((one) => one !== null),
  );
  const rows: CoverageRow[] = [];
  const query = { from, to, exchanges: [exchange], ...(datasets && { datasets }) };
  for await (const row of readCoverage(lake, { ...query, ...(question.symbols && { symbols: named }) })) {
    signal.throwIfAborted();
    rows.push(row);
  }
  for (const [name, { symbol, notice }] of names) {
    // One that was listed only within the range, and perhaps another that would be taken in its place.
    const own = symbolFromInput(name);
    const isOther = symbol === null || notice !== null;
    if (isOther && own !== null && rows.some((row) => row.symbol === own))
      names.set(name, { symbol: own, notice: null });
  }
  const symbols = [...names.values()].flatMap(({ symbol }) => symbol ?? []);
  const timelines = resolveCoverage(rows, { from, to }, question.symbols ? [...new Set(symbols)] : null);
  return { timelines: timelines.filter((one) => kind === undefined || one.kind === kind), names };
}

/** How a name is understood; a symbol that it says exactly comes before one that would be taken in its place. */
async function understood(lake: Lake, question: CoverageQuestion, name: string): Promise<LakeSymbol> {
  const { exchange, adapter, from, to, datasets = datasetNames, signal } = question;
  const find = (dataset: DatasetName, at: number) => {
    signal.throwIfAborted();
    return symbolInLake(lake, dataset, exchange, adapter, name, at);
  };
  const listed = [await find('instruments', to), await find('instruments', from)];
  const hasList = listed.some(({ symbol, notice }) => symbol !== null || notice !== null);
  // Without a list of instruments: what was recorded.
  for (const dataset of hasList ? [] : datasets) {
    const found = await find(dataset, to);
    listed.push(found);
    if (found.symbol !== null && found.notice === null) break;
  }
  const isExact = ({ symbol, notice }: LakeSymbol) => symbol !== null && notice === null;
  return (
    listed.find(isExact) ??
    listed.find(({ symbol }) => symbol !== null) ??
    listed.find(({ notice }) => notice !== null) ?? { symbol: null, notice: null }
  );
}
