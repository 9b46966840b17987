import type { AnyRow, DatasetName } from '@feedlake/schema';
import type { LedgerEntry } from './ledger-entry.ts';

/**
 * What the messages of one dataset of one instrument go through before they are recorded: what comes twice is left out,
 * what is missing is found.
 */
export interface Intake {
  readonly entry: LedgerEntry;
  /**
   * Takes the rows of one message.
   * @param received Microseconds.
   * @returns how many of them were recorded.
   */
  rows(rows: readonly AnyRow[], received: number): number;
  /** Whether messages are known well enough to be taken by their bytes. */
  readonly isScanned?: boolean;
  /**
   * Takes a message by its bytes.
   * @returns false when it has to go through the mapper.
   */
  scan?(data: Buffer, received: number, source: string): boolean;
  /** Data is missing from here on, for this cause. */
  interrupted?(cause: string): void;
  /** Data was missing, and flows again. Times of receipt, in microseconds. */
  resumed?(from: number, to: number, cause: string): void;
  /** A row from before this start is in the lake already. */
  remember?(row: AnyRow): void;
}

/** Where an intake records. */
export interface IntakeTarget {
  /** Records a row that passed. */
  record(dataset: DatasetName, row: AnyRow): void;
}
