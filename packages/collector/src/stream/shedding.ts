import type { DatasetName } from '@feedlake/schema';

/** What is given up first when the disk fills with what the lake does not take: by parts of the limit. */
const steps: readonly { readonly from: number; readonly datasets: readonly DatasetName[] }[] = [
  { from: 0.8, datasets: ['raw', 'book_deltas'] },
  { from: 0.9, datasets: ['raw', 'book_deltas', 'tickers', 'candles', 'open_interest'] },
];

/** Decides which datasets are not recorded for now, and why. */
export class Shedding {
  /** Nothing can be written: the cause of the gap. Null while it can. */
  diskFault: string | null = null;
  readonly #limit: number;
  #shed: readonly DatasetName[] = [];
  #full = false;

  /** @param limit bytes that may wait on disk */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether anything is shed. */
  get active(): boolean {
    return this.diskFault !== null || this.#full || this.#shed.length > 0;
  }

  /** So many bytes wait on disk now. */
  update(bytes: number): void {
    this.#full = bytes >= this.#limit;
    this.#shed = steps.findLast(({ from }) => bytes >= from * this.#limit)?.datasets ?? [];
  }

  /** Why a dataset is not recorded now; null = it is. */
  causeFor(dataset: DatasetName): string | null {
    if (this.diskFault !== null) return this.diskFault;
    return this.#full || this.#shed.includes(dataset) ? 'overload' : null;
  }
}
