import { stripVTControlCharacters } from 'node:util';

/** A terminal: a stream that says how large it is; 0 where it does not know. */
export type Terminal = NodeJS.WritableStream & { readonly columns?: number; readonly rows?: number };

/** Of a terminal that does not know its size. */
const usual = { columns: 80, rows: 24 };

/**
 * Lines at the foot of a terminal that are drawn again and again, below whatever else is written: both go through here, so
 * that neither garbles the other.
 */
export class LiveView {
  readonly #terminal: Terminal;
  #drawn: readonly string[] = [];

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Writes lines that stay, above those that are drawn. `text` ends with a newline. */
  write(text: string): void {
    this.#terminal.write(`${this.#erasure}${text}${joined(this.#drawn)}`);
  }

  /** Draws lines in place of those before; what does not fit is cut off. */
  draw(lines: readonly string[]): void {
    const columns = this.#terminal.columns || usual.columns;
    const rows = this.#terminal.rows || usual.rows;
    const most = Math.max(1, rows - 2);
    const shown =
      lines.length > most ? [...lines.slice(0, most - 1), `… ${lines.length - most + 1} more lines`] : lines;
    const erasure = this.#erasure;
    this.#drawn = shown.map((line) => cut(line, columns));
    this.#terminal.write(`${erasure}${joined(this.#drawn)}`);
  }

  /** Leaves what stands there; what is written from now on follows it. */
  end(): void {
    this.#drawn = [];
  }

  /** Goes back to the first of the lines and wipes them. A terminal that has become narrower has broken them up. */
  get #erasure(): string {
    const columns = this.#terminal.columns || usual.columns;
    const height = this.#drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
    return height === 0 ? '' : `\x1b[${height}A\r\x1b[J`;
  }
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function widthOf(line: string): number {
  return stripVTControlCharacters(line).length;
}

/** A line of at most so many columns. Styles surround whole lines, so that they end with them. */
function cut(line: string, columns: number): string {
  const text = stripVTControlCharacters(line);
  return text.length <= columns ? line : line.replace(text, `${text.slice(0, columns - 1)}…`);
}
