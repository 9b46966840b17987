import type { Outcome } from './normalize.ts';

interface Count {
  files: number;
  lines: number;
  rows: number;
}

/** Counts what was checked, by venue. */
export class Tally {
  readonly #counts = new Map<string, Count>();

  add(venue: string, outcomes: readonly Outcome[]): void {
    const { files, lines, rows } = this.#counts.get(venue) ?? { files: 0, lines: 0, rows: 0 };
    const more = outcomes.reduce((sum, { result }) => sum + (result?.rows.length ?? 0), 0);
    this.#counts.set(venue, { files: files + 1, lines: lines + outcomes.length, rows: rows + more });
  }

  /** One line a venue. */
  report(): string {
    const lines = [...this.#counts].map(
      ([venue, { files, lines, rows }]) => `  ${venue}: ${files} files, ${lines} messages and replies, ${rows} rows\n`,
    );
    return `real payloads checked\n${lines.join('')}`;
  }
}
