import { type BookRow, bookAt, type KnownBook } from '@feedlake/exchanges';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adapterOf } from '../mapped.ts';
import { type Arrival, arrivals, type Recorded, type Sent } from './recorded-stream.ts';

const booksOf = (id: string) => adapterOf(id).streams.books;

type Numbers = Partial<Pick<BookRow, 'first_seq' | 'last_seq' | 'prev_seq' | 'cross_seq'>>;

/** Rows of one message, of levels written as `bid 100.5 2`. */
function message(ts_event: number, is_snapshot: boolean, numbers: Numbers, levels: readonly string[]): BookRow[] {
  return levels.map((level, index) => {
    const [side = '', price = '', size = ''] = level.split(' ');
    return { ts_event, is_snapshot, ...numbers, side, price, size, is_last: index === levels.length - 1 };
  });
}

/** In the order of the lake. */
function inTheLake(rows: BookRow[]): BookRow[] {
  return [...rows].sort(
    (a, b) => (a.ts_event ?? 0) - (b.ts_event ?? 0) || (a.last_seq ?? 0) - (b.last_seq ?? 0) || randomly(a, b),
  );
}

/** Any order, and always the same. */
function randomly(a: BookRow, b: BookRow): number {
  const digits = (row: BookRow) => (Number(row.price) * 7919) % 13;
  return digits(a) - digits(b);
}

describe('Binance', () => {
  const delta = (time: number, U: number, u: number, pu: number, ...levels: string[]) =>
    message(time, false, { first_seq: U, last_seq: u, prev_seq: pu }, levels);
  const whole = (time: number, id: number, ...levels: string[]) => message(time, true, { last_seq: id }, levels);
  const at = (rows: BookRow[], time: number) => bookAt(inTheLake(rows), time, booksOf('binance'));

  const rows = [
    ...delta(90, 50, 60, 45, 'bid 1 1'),
    ...whole(100, 64, 'bid 100.0 2', 'bid 99.50 3', 'ask 101 4', 'ask 102.5 1'),
    ...delta(110, 62, 66, 60, 'bid 100.00 5', 'ask 101.0 0'),
    ...delta(120, 70, 71, 66, 'bid 99.5 0.000', 'ask 101.5 7.50'),
  ];

  it('gives the book at a time, best first, by the value of prices and not by how they are written', () => {
    expect(at(rows, 100)).toEqual({
      known: true,
      bids: [
        ['100', '2'],
        ['99.5', '3'],
      ],
      asks: [
        ['101', '4'],
        ['102.5', '1'],
      ],
      lastSeq: 64,
      changedAt: 100,
    });
    expect(at(rows, 500)).toEqual({
      known: true,
      bids: [['100', '5']],
      asks: [
        ['101.5', '7.5'],
        ['102.5', '1'],
      ],
      lastSeq: 71,
      changedAt: 120,
    });
  });

  it('says that there is none before the first snapshot, and until when', () => {
    expect(at(rows, 99)).toEqual({ known: false, from: null, until: 100 });
    expect(at([], 99)).toEqual({ known: false, from: null, until: null });
  });

  it('is not misled by the time of a snapshot, which may be after changes that it lacks', () => {
    const late = [
      ...whole(115, 64, 'bid 100 2'),
      ...delta(110, 62, 66, 60, 'bid 100 5'),
      ...delta(120, 67, 67, 66, 'ask 101 1'),
    ];
    expect(at(late, 112)).toMatchObject({ known: true, bids: [['100', '5']], lastSeq: 66, changedAt: 110 });
    expect(at(late, 120)).toMatchObject({ known: true, bids: [['100', '5']], asks: [['101', '1']] });
  });

  it('is not misled by the time of a snapshot that is before changes that it has', () => {
    const early = [
      ...whole(100, 70, 'bid 100 9'),
      ...delta(110, 62, 66, 60, 'bid 100 5'),
      ...delta(120, 70, 72, 66, 'ask 101 1'),
    ];
    expect(at(early, 500)).toMatchObject({ known: true, bids: [['100', '9']], asks: [['101', '1']], lastSeq: 72 });
  });

  it('tells snapshot and change of the same time and number apart', () => {
    const beside = [...whole(100, 66, 'bid 100 2', 'ask 101 1'), ...delta(100, 62, 66, 60, 'bid 100 2')];
    expect(at(beside, 100)).toMatchObject({ known: true, bids: [['100', '2']], asks: [['101', '1']], lastSeq: 66 });
  });

  it('knows nothing from the last message before a gap until the next snapshot', () => {
    const broken = [...rows, ...delta(140, 90, 91, 85, 'bid 98 1'), ...delta(150, 92, 93, 91, 'bid 97 1')];
    const mended = [...broken, ...whole(145, 91, 'bid 98 1', 'bid 96 6')];
    expect(at(broken, 120)).toMatchObject({ known: true, changedAt: 120 });
    for (const time of [121, 139, 140, 150]) {
      expect(at(broken, time), String(time)).toEqual({ known: false, from: 120, until: null });
    }
    expect(at(mended, 139)).toEqual({ known: false, from: 120, until: 145 });
    expect(at(mended, 149)).toMatchObject({
      known: true,
      bids: [
        ['98', '1'],
        ['96', '6'],
      ],
    });
    expect(at(mended, 150)).toMatchObject({
      known: true,
      bids: [
        ['98', '1'],
        ['97', '1'],
        ['96', '6'],
      ],
    });
  });

  it('goes on over a snapshot that was taken in between', () => {
    const twice = [...rows, ...whole(130, 71, 'bid 100 5', 'ask 101.5 7.5'), ...delta(140, 80, 81, 71, 'bid 98 1')];
    expect(at(twice, 125)).toMatchObject({ known: true, changedAt: 120 });
    expect(at(twice, 140)).toMatchObject({
      known: true,
      bids: [
        ['100', '5'],
        ['98', '1'],
      ],
      asks: [['101.5', '7.5']],
    });
  });

  it('takes a later snapshot of a higher number for a sign of changes that were never seen', () => {
    const ahead = [...rows, ...whole(130, 90, 'bid 98 1')];
    expect(at(ahead, 125)).toEqual({ known: false, from: 120, until: 130 });
    expect(at(ahead, 130)).toMatchObject({ known: true, bids: [['98', '1']] });
  });

  it('leaves out a message whose last row is missing', () => {
    const cut = rows.filter((row) => row.last_seq !== 66 || !row.is_last);
    expect(at(cut, 500)).toEqual({ known: false, from: 100, until: null });
  });

  it('keeps prices apart that a double does not, and sorts them', () => {
    const [low, high] = ['0.1000000000000000055', '0.1000000000000000056'];
    const close = whole(100, 1, `bid ${low} 1`, `bid ${high} 2`, `ask ${high} 3`, `ask ${low} 4`);
    expect(at(close, 100)).toMatchObject({
      bids: [
        [high, '2'],
        [low, '1'],
      ],
      asks: [
        [low, '4'],
        [high, '3'],
      ],
    });
  });
});

it('gives an empty book after a snapshot without levels', () => {
  const empty: BookRow = { ts_event: 100, is_snapshot: true, is_last: true, last_seq: 5 };
  const found = bookAt([empty], 100, booksOf('backpack'));
  expect(found).toEqual({ known: true, bids: [], asks: [], lastSeq: 5, changedAt: 100 });
});

describe('Bybit', () => {
  const delta = (time: number, u: number, seq: number, ...levels: string[]) =>
    message(time, false, { last_seq: u, cross_seq: seq }, levels);
  const whole = (time: number, u: number, seq: number, ...levels: string[]) =>
    message(time, true, { last_seq: u, cross_seq: seq }, levels);
  const at = (rows: BookRow[], time: number) => bookAt(inTheLake(rows), time, booksOf('bybit'));

  it('replaces the book with each snapshot, a restart included, and tells what is missing before one', () => {
    const rows = [
      ...whole(100, 50, 900, 'bid 100 2'),
      ...delta(110, 51, 910, 'bid 100 3'),
      ...whole(150, 60, 960, 'bid 90 1'),
      ...delta(160, 61, 970, 'ask 91 1'),
      ...whole(200, 1, 990, 'bid 80 1'),
      ...delta(210, 2, 991, 'ask 81 1'),
    ];
    expect(at(rows, 110)).toMatchObject({ known: true, bids: [['100', '3']] });
    expect(at(rows, 120)).toEqual({ known: false, from: 110, until: 150 });
    expect(at(rows, 160)).toMatchObject({ known: true, bids: [['90', '1']], asks: [['91', '1']] });
    expect(at(rows, 210)).toMatchObject({ known: true, bids: [['80', '1']], asks: [['81', '1']], lastSeq: 2 });
  });

  it('goes on over a snapshot that repeats the last state', () => {
    const rows = [...whole(100, 50, 900, 'bid 100 2'), ...delta(110, 51, 910, 'bid 100 3')];
    const more = [...rows, ...whole(120, 51, 910, 'bid 100 3'), ...delta(130, 52, 920, 'bid 100 4')];
    expect(at(more, 115)).toMatchObject({ known: true, changedAt: 110 });
  });
});

it('takes the last frame for the book where nothing is numbered', () => {
  const rows = [...message(100, true, {}, ['bid 100 1']), ...message(5100, true, {}, ['bid 99 1', 'ask 101 2'])];
  const at = (time: number) => bookAt(rows, time, booksOf('hyperliquid'));
  expect(at(4000)).toMatchObject({ known: true, bids: [['100', '1']], asks: [], lastSeq: null, changedAt: 100 });
  expect(at(9000)).toMatchObject({ known: true, bids: [['99', '1']], asks: [['101', '2']], changedAt: 5100 });
});

type Kept = Exclude<Arrival, { kind: 'reset' }>;

describe.each([
  { id: 'binance', shared: 9 },
  { id: 'backpack', shared: 0 },
])('any stream of $id', ({ id, shared }) => {
  const timeOf = (lastSeq: number) => lastSeq * 1000;

  /** The levels after all changes up to a number: the last change of a price counts, every third one removes it. */
  function bookOf(stream: Recorded, upTo: number): [string, string][] {
    const changes = stream.sent.flatMap((sent) => sent.changes).filter((change) => change.id <= upTo);
    const levels = new Map(changes.map(({ price, size }) => [price, size % 3 === 0 ? 0 : size]));
    const present = [...levels].filter(([, size]) => size > 0).sort(([a], [b]) => b - a);
    return present.map(([price, size]) => [String(price), String(size)]);
  }

  /** Rows of what arrived, in the order of the lake. Times of snapshots lie up to 20 numbers off. */
  function rowsOf(stream: Recorded, arrived: readonly Kept[]): BookRow[] {
    return inTheLake(
      arrived.flatMap((one) => (one.kind === 'snapshot' ? whole(stream, one.lastSeq) : changes(one.message))),
    );
  }

  function whole(stream: Recorded, last_seq: number): BookRow[] {
    const time = timeOf(last_seq) + ((last_seq * 7919) % 41) * 1000 - 20_000;
    const levels = bookOf(stream, last_seq).map(([price, size]) => `bid ${price} ${size}`);
    if (levels.length > 0) return message(time, true, { last_seq }, levels);
    return [{ ts_event: time, is_snapshot: true, is_last: true, last_seq }];
  }

  function changes({ firstSeq, lastSeq, prevSeq, changes }: Sent): BookRow[] {
    const numbers = { first_seq: firstSeq, last_seq: lastSeq, ...(id === 'binance' && { prev_seq: prevSeq }) };
    const levels = new Map(changes.map(({ price, size }) => [price, size % 3 === 0 ? 0 : size]));
    return message(
      timeOf(lastSeq),
      false,
      numbers,
      [...levels].map(([price, size]) => `bid ${price} ${size}`),
    );
  }

  const kept = (arrived: readonly Arrival[]) => arrived.filter((one) => one.kind !== 'reset');

  it('gives no book that is not the true one', () => {
    let known = 0;
    fc.assert(
      fc.property(arrivals(shared, { loses: true }), fc.infiniteStream(fc.nat()), ({ stream, arrived }, numbers) => {
        const rows = rowsOf(stream, kept(arrived));
        const latest = Math.max(...rows.map((row) => (row.is_snapshot ? 0 : (row.ts_event ?? 0))));
        for (const number of numbers.take(20)) {
          const time = 90_000 + (number % Math.max(1, latest - 90_000));
          const book = bookAt(rows, time, booksOf(id));
          if (!book.known) continue;
          known++;
          const { lastSeq } = book as KnownBook & { lastSeq: number };
          expect(book.bids).toEqual(bookOf(stream, lastSeq));
          const missed = stream.sent.filter((sent) => timeOf(sent.lastSeq) <= time && sent.lastSeq > lastSeq);
          expect(missed).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
    expect(known).toBeGreaterThan(500);
  });

  it('knows the book from the first snapshot on where nothing was lost', () => {
    fc.assert(
      fc.property(arrivals(shared, { loses: false }), ({ stream, arrived }) => {
        const all = kept(arrived);
        const sent = all.flatMap((one) => (one.kind === 'delta' ? [one.message] : []));
        const usable = all.flatMap((one) =>
          one.kind === 'snapshot' && one.lastSeq >= (sent[0]?.prevSeq ?? 0) ? [one.lastSeq] : [],
        );
        const rows = rowsOf(stream, all);
        for (const { lastSeq } of sent.filter((one) => one.lastSeq >= Math.min(...usable))) {
          const book = bookAt(rows, timeOf(lastSeq), booksOf(id));
          expect(book).toMatchObject({ known: true });
        }
      }),
    );
  });
});
