import type { PolledDataset } from '@feedlake/exchanges';
import type { Row } from '@feedlake/schema';

interface HistoryRows<Dataset extends PolledDataset> {
  /** Columns that tell whether a row belongs to a history, and when it stands in it. */
  readonly columns: readonly (keyof Row<Dataset> & string)[];
  /** Whether the row belongs to the history in buckets of this width (null where the dataset has none). */
  belongs(row: Partial<Row<Dataset>>, periodSeconds: number | null): boolean;
  /** Its place in time, in microseconds. Funding rates: the time rounded to the minute, since stamps come a bit late. */
  time(row: Partial<Row<Dataset>>): number | null;
}

/** How the rows of a dataset's history are told from its other rows, and where they stand in time. */
export const historyRows: { readonly [Dataset in PolledDataset]: HistoryRows<Dataset> } = {
  open_interest: {
    columns: ['symbol', 'ts_event', 'period_seconds'],
    belongs: (row, periodSeconds) => row.period_seconds === periodSeconds,
    time: (row) => row.ts_event ?? null,
  },
  funding_rates: {
    columns: ['symbol', 'ts_event', 'kind', 'funding_time'],
    belongs: (row) => row.kind === 'settled',
    time: (row) => row.funding_time ?? null,
  },
};
