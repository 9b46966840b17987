import type { RowSink } from '@feedlake/exchanges';
import type { DatasetName, Row } from '@feedlake/schema';

/** A row with the dataset that it belongs to. */
export type TaggedRow = { [Name in DatasetName]: { readonly dataset: Name; readonly row: Row<Name> } }[DatasetName];

/** Collects what a mapping makes of messages: rows in their order, and what was turned down with the reasons. */
export class RowBuffer implements RowSink {
  readonly rows: TaggedRow[] = [];
  readonly rejected: string[] = [];
  readonly ignored: string[] = [];

  row<Name extends DatasetName>(dataset: Name, row: Row<Name>): void {
    this.rows.push({ dataset, row } as unknown as TaggedRow);
  }

  reject(reason: string): void {
    this.rejected.push(reason);
  }

  ignore(reason: string): void {
    this.ignored.push(reason);
  }

  /** The rows of one dataset. */
  of<Name extends DatasetName>(dataset: Name): Row<Name>[] {
    return this.rows.flatMap((tagged) => (tagged.dataset === dataset ? [tagged.row as Row<Name>] : []));
  }
}
