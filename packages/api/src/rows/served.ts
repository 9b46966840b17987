import type { DatasetName } from '@feedlake/schema';

/** A dataset whose rows are served. */
export interface ServedDataset {
  /** Below `/v1/`. */
  readonly path: string;
  readonly dataset: DatasetName & ('open_interest' | 'funding_rates' | 'liquidations' | 'trades' | 'candles');
  /** Of all symbols at once there would be too much. */
  readonly needsSymbol: boolean;
}

export const servedDatasets: readonly ServedDataset[] = [
  { path: 'open-interest', dataset: 'open_interest', needsSymbol: false },
  { path: 'funding-rates', dataset: 'funding_rates', needsSymbol: false },
  { path: 'liquidations', dataset: 'liquidations', needsSymbol: false },
  { path: 'trades', dataset: 'trades', needsSymbol: true },
  { path: 'candles', dataset: 'candles', needsSymbol: true },
];
