import type { DatasetName } from '@feedlake/schema';

/** A dataset whose rows are served. */
export interface ServedDataset {
  /** Below `/v1/`. */
  readonly path: string;
  readonly dataset: DatasetName & ('open_interest' | 'funding_rates' | 'liquidations' | 'trades' | 'candles');
  /** Of all symbols at once there would be too much. */
  readonly needsSymbol: boolean;
  /** The column that tells apart rows of one symbol and time, which a request may name a value of. */
  readonly part: PartColumn | null;
}

/** See {@link ServedDataset.part}. */
export type PartColumn = 'period_seconds' | 'kind' | 'interval_seconds';

export const servedDatasets: readonly ServedDataset[] = [
  { path: 'open-interest', dataset: 'open_interest', needsSymbol: false, part: 'period_seconds' },
  { path: 'funding-rates', dataset: 'funding_rates', needsSymbol: false, part: 'kind' },
  { path: 'liquidations', dataset: 'liquidations', needsSymbol: false, part: null },
  { path: 'trades', dataset: 'trades', needsSymbol: true, part: null },
  { path: 'candles', dataset: 'candles', needsSymbol: true, part: 'interval_seconds' },
];
