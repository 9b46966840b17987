import { type Column, type DatasetName, datasets, schemaVersion } from '@feedlake/schema';

/** A column, or a key of partitions, as Glue takes it. */
export interface GlueColumn {
  name: string;
  type: string;
  comment: string;
}

export interface GlueTable {
  readonly description: string;
  readonly columns: GlueColumn[];
  readonly partitionKeys: GlueColumn[];
  readonly parameters: Record<string, string>;
  /** Folder below the root of the lake. */
  readonly path: string;
}

const types: Readonly<Record<Column['type'], string>> = {
  decimal: 'double',
  time: 'timestamp',
  integer: 'bigint',
  text: 'string',
  flag: 'boolean',
};

/** Glue's longest comment, and description of a table. */
const longestComment = 255;

/** The first date that a row may have: before the oldest perpetual (XBTUSD, May 2016). */
const firstDate = '2016-01-01';

/**
 * The table of a dataset for Glue and Athena. Partitions are computed from the query (projection), so that nothing has to
 * register them. `exchange` is a column of the files too; here it is the partition alone, since a table can't have both.
 * https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
 * @param exchanges ids that a query without a condition on `exchange` looks for
 */
export function glueTable(dataset: DatasetName, exchanges: readonly string[]): GlueTable {
  const { doc, columns } = datasets[dataset];
  return {
    description: shortened(doc),
    columns: Object.entries<Column>(columns)
      .filter(([name]) => name !== 'exchange')
      .map(([name, column]) => ({ name, type: types[column.type], comment: shortened(commentOf(column)) })),
    partitionKeys: [
      { name: 'exchange', type: 'string', comment: shortened(columns.exchange.doc) },
      { name: 'date', type: 'string', comment: 'UTC date of ts_event (of ts_recv where that is null)' },
    ],
    parameters: {
      EXTERNAL: 'TRUE',
      classification: 'parquet',
      'projection.enabled': 'true',
      'projection.exchange.type': 'enum',
      'projection.exchange.values': exchanges.join(','),
      'projection.date.type': 'date',
      'projection.date.format': 'yyyy-MM-dd',
      'projection.date.interval': '1',
      'projection.date.interval.unit': 'DAYS',
      'projection.date.range': `${firstDate},NOW+1DAYS`,
    },
    path: `v${schemaVersion}/${dataset}/`,
  };
}

function commentOf({ doc, unit, nullable }: Column): string {
  const notes = [...(unit === undefined ? [] : [unit]), ...(nullable ? ['may be null'] : [])];
  return notes.length === 0 ? doc : `${doc} (${notes.join(', ')})`;
}

function shortened(text: string): string {
  return text.length <= longestComment ? text : `${text.slice(0, longestComment - 1)}…`;
}
