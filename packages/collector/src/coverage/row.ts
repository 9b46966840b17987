import type { Row } from '@feedlake/schema';

/** The columns of `coverage` that decide what is covered; and `ts_event`, as a scan that reads it need not copy rows. */
export const coverageColumns = [
  'exchange',
  'symbol',
  'ts_event',
  'ts_recv',
  'dataset',
  'from_time',
  'to_time',
  'state',
  'cause',
  'rows',
  'writer',
  'repaired_by',
  'detail',
] as const satisfies readonly (keyof Row<'coverage'>)[];

/** A row of `coverage`, as far as it decides what is covered. */
export type CoverageRow = Pick<Row<'coverage'>, (typeof coverageColumns)[number]>;
