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
 * of it: by its instruments, by rows of a dataset, or by coverage that names it. Of others there is no timeline.
 * @throws StoreError, ObjectError when the lake can't be read; what the signal was aborted with.
 */
export async function askCoverage(lake: Lake, question: CoverageQuestion): Promise<CoverageAnswer> {
  const { exchange, from, to, datasets, kind, signal } = question;
  const names = new Map<string, LakeSymbol>();
  for (const name of question.symbols ?? []) names.set(name, await understood(lake, question, name));
  const named = [...names].flatMap(([name, { symbol }]) => symbol ?? symbolFromInput(name) ?? []);
  const rows: CoverageRow[] = [];
  const query = { from, to, exchanges: [exchange], ...(datasets && { datasets }) };
  for await (const row of readCoverage(lake, { ...query, ...(question.symbols && { symbols: named }) })) {
    signal.throwIfAborted();
    rows.push(row);
  }
  for (const [name, { symbol }] of names) {
    const own = symbolFromInput(name);
    if (symbol === null && own !== null && rows.some((row) => row.symbol === own))
      names.set(name, { symbol: own, notice: null });
  }
  const symbols = [...names.values()].flatMap(({ symbol }) => symbol ?? []);
  const timelines = resolveCoverage(rows, { from, to }, question.symbols ? [...new Set(symbols)] : null);
  return { timelines: timelines.filter((one) => kind === undefined || one.kind === kind), names };
}

/** How a name is understood by what the lake has until the end of the range, or had at its beginning. */
async function understood(lake: Lake, question: CoverageQuestion, name: string): Promise<LakeSymbol> {
  const { exchange, adapter, from, to, datasets = datasetNames } = question;
  let notice: string | null = null;
  const places = [
    { dataset: 'instruments' as const, at: to },
    { dataset: 'instruments' as const, at: from },
    ...datasets.map((dataset) => ({ dataset, at: to })),
  ];
  for (const { dataset, at } of places) {
    const found = await symbolInLake(lake, dataset, exchange, adapter, name, at);
    if (found.symbol !== null) return found;
    notice ??= found.notice;
  }
  return { symbol: null, notice };
}
