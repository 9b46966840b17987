import type { Streams } from '../streams.ts';

/** What long work has done so far. */
export interface Work {
  requests: number;
  rows: number;
  /** Pieces done and in all; 0 in all = not known. */
  done: number;
  total: number;
}

const everyMs = { person: 100, log: 10_000 };

/**
 * Shows how long work goes on: one line that is kept up to date where a person watches, a plain line every few
 * seconds elsewhere. Nothing where `quiet`.
 */
export class Progress {
  readonly #stream: Streams['stderr'];
  readonly #label: string;
  readonly #work: Work = { requests: 0, rows: 0, done: 0, total: 0 };
  readonly #started = performance.now();
  readonly #timer: NodeJS.Timeout | null;
  #shown = '';

  constructor(label: string, options: { quiet: boolean; stream: Streams['stderr'] }) {
    this.#label = label;
    this.#stream = options.stream;
    const interval = this.#stream.isTTY ? everyMs.person : everyMs.log;
    this.#timer = options.quiet ? null : setInterval(() => this.#show(), interval);
    this.#timer?.unref();
  }

  /** Adds to what has been done. */
  add(more: Partial<Work>): void {
    for (const key of ['requests', 'rows', 'done', 'total'] as const) this.#work[key] += more[key] ?? 0;
  }

  /** Ends it; a line that was kept up to date is wiped. */
  end(): void {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    if (this.#stream.isTTY && this.#shown !== '') this.#stream.write('\r\x1b[2K');
  }

  #show(): void {
    const line = progressLine(this.#label, this.#work, (performance.now() - this.#started) / 1000);
    if (line === this.#shown) return;
    this.#shown = line;
    this.#stream.write(this.#stream.isTTY ? `\r\x1b[2K${line}` : `${line}\n`);
  }
}

/** One line: requests, where there are any, and rows so far, rows a second, share done and time left, after some seconds. */
export function progressLine(label: string, { requests, rows, done, total }: Work, seconds: number): string {
  const rate = seconds > 0 ? Math.round(rows / seconds) : 0;
  const parts = [`${rows} rows`, `${rate} rows/s`];
  if (requests > 0) parts.unshift(`${requests} requests`);
  if (total > 0 && done > 0) {
    const left = Math.ceil((seconds / done) * (total - done));
    parts.push(`${done}/${total} (${Math.floor((100 * done) / total)} %)`, `${left} s left`);
  }
  return `${label}: ${parts.join(', ')}`;
}
