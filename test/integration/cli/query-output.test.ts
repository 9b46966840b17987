import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { run } from '@feedlake/cli';
import { describe, expect, it, vi } from 'vitest';
import { feedlake, start } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/lake.ts';

const last = 999_999;
const numbers = 'select range as n from range(1000000)';
/** The last of a million rows can't be worked out. */
const failing = `select case when range = ${last} then error('the last') else range end as n from range(1000000)`;
const formats = ['csv', 'json', 'ndjson', 'table', 'parquet'];

describe('standard output', () => {
  it('has the first rows before the last are worked out, and no more than its reader takes', async () => {
    const stdout = new Slow();
    const stderr = new Slow();
    const args = ['--lake', join(temporaryFolder(), 'lake'), 'query', failing, '--format', 'csv'];
    const ended = run(args, { stdin: Readable.from([]), stdout, stderr }, new AbortController().signal);
    await vi.waitFor(() => expect(stdout.taken).toMatch(/^n\n0\n1\n/));
    expect(stderr.taken).toBe('');
    stdout.takeAll();
    stderr.takeAll();
    expect(await ended).toBe(1);
    expect(stderr.taken).toBe('feedlake: Invalid Input Error: the last\n');
    expect(stdout.taken.length).toBeGreaterThan(5_000_000);
    expect(stdout.mostWaiting).toBeLessThan(100_000);
  });

  it.each(['csv', 'table'])('%s: a reader that goes away is no failure', async (format) => {
    const command = start(['query', numbers, '--format', format], temporaryFolder());
    command.stdout.once('data', () => command.stdout.destroy());
    expect(await command.ended).toMatchObject({ code: 0 });
    if (format === 'csv') expect(command.said()).toBe('');
  });
});

describe('a table', () => {
  it('shows the first 1000 rows, and says how many there are', async () => {
    const table = async (rows: number, ...more: string[]) => {
      const { code, stdout, stderr } = await feedlake(['query', `select * from range(${rows})`, '--quiet', ...more]);
      expect(code).toBe(0);
      return { lines: stdout.trimEnd().split('\n').slice(1).map(Number), stderr };
    };
    const first = Array.from({ length: 1000 }, (_, index) => index);
    expect(await table(1000)).toEqual({ lines: first, stderr: '' });
    expect(await table(1001)).toEqual({
      lines: first,
      stderr: '1 000 of 1 001 rows are shown; --format csv gives all\n',
    });
    expect((await table(2_345_678)).stderr).toBe('1 000 of 2 345 678 rows are shown; --format csv gives all\n');

    const path = join(temporaryFolder(), 'out.txt');
    await table(5000, '--output', path);
    expect(readFileSync(path, 'utf8').trimEnd().split('\n').slice(1).map(Number)).toEqual(first);
  });
});

describe('a file', () => {
  it.each(['csv', 'json', 'ndjson'])('%s has what standard output has', async (format) => {
    const path = join(temporaryFolder(), 'out');
    const args = ['query', 'select range, range / 3 as third from range(5000)', '--format', format];
    const { stdout } = await feedlake(args);
    const { code, stderr } = await feedlake([...args, '--output', path]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: `5000 rows in ${path}\n` });
    expect(readFileSync(path, 'utf8')).toBe(stdout);
  });

  it.each(formats)('%s is not there when the query fails, and what was there stays', async (format) => {
    const folder = temporaryFolder();
    const fail = () => feedlake(['query', failing, '--format', format, '--output', join(folder, 'out')]);
    expect(await fail()).toMatchObject({ code: 1, stderr: expect.stringContaining('the last') });
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(join(folder, 'out'), 'before');
    expect((await fail()).code).toBe(1);
    expect(readdirSync(folder)).toEqual(['out']);
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('before');
  });

  it.each(formats)('%s is not there when the query is interrupted', async (format) => {
    const folder = temporaryFolder();
    const endless = 'select range from range(1000000000000)';
    const args = ['query', endless, '--format', format, '--output', join(folder, 'out')];
    const [stdout, stderr] = [new Slow(), new Slow()];
    const stop = new AbortController();
    const ended = run(args, { stdin: Readable.from([]), stdout, stderr }, stop.signal);
    await vi.waitFor(() => expect(readdirSync(folder)).toEqual([expect.stringMatching(/^\.out\..*\.part$/)]), 20_000);
    stop.abort(new Error('interrupted'));
    expect(await ended).toBe(130);
    expect(readdirSync(folder)).toEqual([]);
    expect(stdout.taken + stderr.taken).toBe('');
  });

  it('behind a link is replaced, a pipe is written to', async () => {
    const folder = temporaryFolder();
    const [file, link, pipe] = ['file', 'link', 'pipe'].map((name) => join(folder, name)) as [string, string, string];
    writeFileSync(file, 'before');
    symlinkSync(file, link);
    const args = ['query', 'select 1 as one', '--format', 'csv', '--output'];
    expect((await feedlake([...args, link])).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('one\n1\n');
    execFileSync('mkfifo', [pipe]);
    const command = start([...args, pipe], folder);
    const { createReadStream } = await import('node:fs');
    expect(await text(createReadStream(pipe))).toBe('one\n1\n');
    expect((await command.ended).code).toBe(0);
    expect(statSync(pipe).isFIFO()).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['file', 'link', 'pipe']);
  });
});

/** Takes one text, and no other until it is told to; then one at a time, each after everything else had its turn. */
class Slow extends Writable {
  taken = '';
  /** The most bytes that ever waited to be taken. */
  mostWaiting = 0;
  #takesAll = false;
  #next: (() => void) | null = null;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.taken += chunk.toString();
    this.mostWaiting = Math.max(this.mostWaiting, this.writableLength);
    if (this.#takesAll) setImmediate(done);
    else this.#next = done;
  }

  takeAll(): void {
    this.#takesAll = true;
    this.#next?.();
  }
}
