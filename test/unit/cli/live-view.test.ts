import { Writable } from 'node:stream';
import { stripVTControlCharacters, styleText } from 'node:util';
import { expect, test } from 'vitest';
import { LiveView } from '../../../packages/cli/src/output/live-view.ts';

const esc = '\u001b';
const codes = new RegExp(`${esc}\\[(\\d+)A\\r|(${esc}\\[J)|(\\n)|(${esc}\\[[\\d;]*m)|([^${esc}\\n]+)`, 'g');

/** A terminal that obeys what the view uses: newlines, going up, wiping to the end; it breaks long lines. */
class Screen extends Writable {
  columns: number;
  rows = 24;
  #lines: string[] = [''];
  #row = 0;

  constructor(columns: number) {
    super({ decodeStrings: false });
    this.columns = columns;
  }

  override _write(text: string, _encoding: string, done: () => void): void {
    for (const [, up, wipe, newline, style, rest] of text.matchAll(codes)) {
      if (up !== undefined) this.#row -= Number(up);
      else if (wipe !== undefined) this.#lines.splice(this.#row, Number.POSITIVE_INFINITY, '');
      else if (newline !== undefined) this.#next();
      else if (style === undefined) this.#put(rest ?? '');
    }
    done();
  }

  /** As a terminal shows it: lines that are longer than it is wide go on in the next. */
  get text(): string[] {
    return this.#lines.slice(0, -1);
  }

  /** Makes it narrower: what stands there is broken up. */
  narrow(columns: number): void {
    const broken = this.#lines.flatMap((line) => line.match(new RegExp(`.{1,${columns}}`, 'g')) ?? ['']);
    this.columns = columns;
    this.#lines = broken;
    this.#row = broken.length - 1;
  }

  #next(): void {
    this.#row += 1;
    this.#lines[this.#row] ??= '';
  }

  #put(text: string): void {
    for (const character of text) {
      if ((this.#lines[this.#row] ?? '').length === this.columns) this.#next();
      this.#lines[this.#row] += character;
    }
  }
}

test('lines are drawn in place of those before', () => {
  const screen = new Screen(40);
  const view = new LiveView(screen);
  view.draw(['one', 'two', 'three']);
  view.draw(['four', 'five']);
  expect(screen.text).toEqual(['four', 'five']);
});

test('what is logged stays above them, however long it is', () => {
  const screen = new Screen(20);
  const view = new LiveView(screen);
  view.draw(['drawn 1', 'drawn 2']);
  view.write(`${'log '.repeat(10)}\n`);
  view.draw(['drawn 3', 'drawn 4']);
  view.write('more\n');
  expect(screen.text).toEqual(['log log log log log ', 'log log log log log ', 'more', 'drawn 3', 'drawn 4']);
});

test('lines are cut to the width, with their style', () => {
  const screen = new Screen(10);
  const view = new LiveView(screen);
  const red = (text: string) => styleText('red', text, { validateStream: false });
  view.draw([red('0123456789abc'), '0123456789']);
  view.draw([red('0123456789abc'), '0123456789']);
  expect(screen.text).toEqual(['012345678…', '0123456789']);
});

test('a terminal that does not know its size is taken for one of the usual size', () => {
  const written: string[] = [];
  const stream = { columns: 0, rows: 0, write: (text: string) => written.push(text) };
  const view = new LiveView(stream as unknown as NodeJS.WritableStream);
  view.draw(['x'.repeat(100)]);
  view.draw(['short']);
  expect(written.join('')).toBe(`${'x'.repeat(79)}…\n\x1b[1A\r\x1b[Jshort\n`);
});

test('a terminal that becomes narrower keeps nothing of what was drawn', () => {
  const screen = new Screen(20);
  const view = new LiveView(screen);
  view.write('log\n');
  view.draw(['0123456789 01234567', 'x', '']);
  screen.narrow(10);
  view.draw(['short', 'y']);
  expect(screen.text).toEqual(['log', 'short', 'y']);
});

test('what does not fit in its height is counted', () => {
  const screen = new Screen(20);
  screen.rows = 6;
  new LiveView(screen).draw(['1', '2', '3', '4', '5', '6']);
  expect(screen.text).toEqual(['1', '2', '3', '… 3 more lines']);
});

test('after its end, what was drawn stays', () => {
  const screen = new Screen(20);
  const view = new LiveView(screen);
  view.draw(['drawn']);
  view.end();
  view.write('log\n');
  expect(screen.text.map(stripVTControlCharacters)).toEqual(['drawn', 'log']);
});
