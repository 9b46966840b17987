import { type AnyRow, type Columns, type DatasetName, datasets, rowJson } from '@feedlake/schema';
import { cell, type Shown } from './rows.ts';

/** Lines that may wait for a reader that is slower than the market. */
const mostWaiting = 100_000;
/** Lines after which the titles of a table come again. */
const titlesEvery = 40;

/** Writes rows as they come, a line each, and at once. */
export class RowPrinter {
  readonly #out: NodeJS.WritableStream;
  readonly #line: (row: AnyRow) => string;
  /** Lines for a reader that does not take any more at present. */
  #waiting: string[] | null = null;
  /** Rows that were left out, as the reader was too slow. */
  dropped = 0;

  /** @param shown the columns of the table; null: JSON, with all of them */
  constructor(out: NodeJS.WritableStream, dataset: DatasetName, shown: Shown | null) {
    this.#out = out;
    const table = shown === null ? null : new GrowingTable(dataset, shown);
    this.#line = (row) => table?.line(row) ?? `${JSON.stringify(rowJson(dataset, row))}\n`;
  }

  print(row: AnyRow): void {
    if (this.#waiting === null) {
      if (!this.#out.write(this.#line(row))) this.#wait();
    } else if (this.#waiting.length < mostWaiting) this.#waiting.push(this.#line(row));
    else this.dropped += 1;
  }

  #wait(): void {
    this.#waiting = [];
    this.#out.once('drain', () => {
      const lines = this.#waiting ?? [];
      this.#waiting = null;
      if (lines.length > 0 && !this.#out.write(lines.join(''))) this.#wait();
    });
  }
}

/** A table whose rows are not known in advance: its columns grow with what has come. */
class GrowingTable {
  readonly #dataset: DatasetName;
  readonly #shown: Shown;
  readonly #widths: number[];
  #rows = 0;

  constructor(dataset: DatasetName, shown: Shown) {
    this.#dataset = dataset;
    this.#shown = shown;
    this.#widths = shown.map(([, title]) => title.length);
  }

  line(row: AnyRow): string {
    const columns: Columns = datasets[this.#dataset].columns;
    const json = rowJson(this.#dataset, row);
    const cells = this.#shown.map(([name]) => cell(json[name] ?? null, columns[name]?.type === 'time'));
    for (const [index, text] of cells.entries()) {
      this.#widths[index] = Math.max(this.#widths[index] ?? 0, text.length);
    }
    const isNumber = this.#shown.map(([name]) => ['decimal', 'integer'].includes(columns[name]?.type ?? ''));
    const lay = (texts: readonly string[]) =>
      texts
        .map((text, index) => {
          const width = this.#widths[index] ?? 0;
          return isNumber[index] === true ? text.padStart(width) : text.padEnd(width);
        })
        .join('  ')
        .trimEnd();
    const titles = this.#rows % titlesEvery === 0 ? `${lay(this.#shown.map(([, title]) => title))}\n` : '';
    this.#rows += 1;
    return `${titles}${lay(cells)}\n`;
  }
}
