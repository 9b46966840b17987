import type { AnyRow, DatasetName } from '@feedlake/schema';
import type { Logger } from '@feedlake/telemetry';
import type { Clock } from '@feedlake/transport';
import type { EarlierEnd } from './ledger.ts';
import type { LedgerKey } from './ledger-entry.ts';
import type { Recorder } from './recorder.ts';

/** Takes each row as it is recorded, for somebody who watches. */
export type RowListener = (dataset: DatasetName, row: AnyRow) => void;

/** What the streams of all exchanges share. */
export interface StreamContext {
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Exchanges whose messages are kept as they came. */
  readonly keepsRaw: (exchange: string) => boolean;
  /** Absent: nobody watches. */
  readonly onRow?: RowListener | undefined;
  /** Where a feed of an earlier run ended; null = there was none. */
  readonly earlierEnd: (key: LedgerKey) => EarlierEnd | null;
  /** Rows of late that are in the lake already, for feeds that say again what they said before. */
  readonly earlierRows: (exchange: string, dataset: DatasetName, venueSymbol: string | null) => readonly AnyRow[];
}
