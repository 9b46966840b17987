import type { PolledDataset } from '@feedlake/exchanges';
import type { Row } from '@feedlake/schema';
import type { RowBuffer } from './row-buffer.ts';

/** A row of a polled dataset, whichever it is: with what they have in common. */
export type PolledRow<Dataset extends PolledDataset> = Row<Dataset> &
  Pick<Row<'open_interest'>, 'symbol' | 'venue_symbol' | 'source' | 'ts_event' | 'ts_recv' | 'scheduled_time'>;

/** The rows of a polled dataset in a buffer. */
export function polledRows<Dataset extends PolledDataset>(buffer: RowBuffer, dataset: Dataset): PolledRow<Dataset>[] {
  return buffer.of(dataset) as PolledRow<Dataset>[];
}
