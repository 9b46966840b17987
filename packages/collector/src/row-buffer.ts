import type { RejectedRow, RowSink } from '@feedlake/exchanges';
import type { DatasetName, Row } from '@feedlake/schema';

/** A row with the dataset that it belongs to. */
export type TaggedRow = { [Name in DatasetName]: { readonly dataset: Name; readonly row: Row<Name> } }[DatasetName];

/** Something that was turned down: why, and which row of a reply it would have been, where that is known. */
export interface Rejection {
  readonly reason: string;
  readonly about: RejectedRow | null;
}

/** Collects what a mapping makes of messages: rows in their order, and what was turned down with the reasons. */
export class RowBuffer implements RowSink {
  readonly rows: TaggedRow[] = [];
  readonly rejections: Rejection[] = [];
  readonly ignored: string[] = [];

  row<Name extends DatasetName>(dataset: Name, row: Row<Name>): void {
    this.rows.push({ dataset, row } as unknown as TaggedRow);
  }

  reject(reason: string, about?: RejectedRow): void {
    this.rejections.push({ reason, about: about ?? null });
  }

  ignore(reason: string): void {
    this.ignored.push(reason);
  }

  /** Adds what another one holds. */
  take(other: RowBuffer): void {
    this.rows.push(...other.rows);
    this.rejections.push(...other.rejections);
    this.ignored.push(...other.ignored);
  }

  /** Why things were turned down, one reason each. */
  get rejected(): string[] {
    return this.rejections.map(({ reason }) => reason);
  }

  /** The rows of one dataset. */
  of<Name extends DatasetName>(dataset: Name): Row<Name>[] {
    return this.rows.flatMap((tagged) => (tagged.dataset === dataset ? [tagged.row as Row<Name>] : []));
  }

  /**
   * The rejections that may have cost a wanted row: of the dataset and the instruments (null = all), or of what could
   * not be told. A reply to a bulk call holds much that nobody asked for.
   */
  rejectionsOf(dataset: DatasetName, venueSymbols: ReadonlySet<string> | null): Rejection[] {
    return this.rejections.filter(
      ({ about }) =>
        about === null ||
        (about.dataset === dataset && (venueSymbols === null || venueSymbols.has(about.venue_symbol))),
    );
  }
}
