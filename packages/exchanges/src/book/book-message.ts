import type { Row } from '@feedlake/schema';

/** What of a `book_deltas` row a book is rebuilt from. */
export type BookRow = Pick<
  Row<'book_deltas'>,
  | 'ts_event'
  | 'side'
  | 'price'
  | 'size'
  | 'first_seq'
  | 'last_seq'
  | 'prev_seq'
  | 'cross_seq'
  | 'is_snapshot'
  | 'is_last'
>;

/** The rows of one message. Numbers that were not told are NaN. */
export interface BookMessage {
  /** When it happened, in microseconds; NaN where the venue did not say. */
  readonly time: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly prevSeq: number;
  readonly crossSeq: number;
  readonly isSnapshot: boolean;
  readonly rows: readonly BookRow[];
}

/**
 * Puts the rows of one instrument together that came in one message. They may stand in any order, as long as those of
 * the same time and number stand together. A message whose last row is missing is left out: the hole that it leaves is
 * found by its numbers.
 */
export function bookMessages(rows: Iterable<BookRow>): BookMessage[] {
  const messages: (BookMessage & { readonly rows: BookRow[] })[] = [];
  let open: typeof messages = [];
  for (const row of rows) {
    const message = { ...messageOf(row), rows: [row] };
    if (open[0] === undefined || !isBeside(open[0], message)) open = [];
    const known = open.find((other) => isSame(other, message));
    if (known !== undefined) known.rows.push(row);
    else {
      open.push(message);
      messages.push(message);
    }
  }
  return messages.filter((message) => message.rows.some(({ is_last }) => is_last));
}

function isBeside(a: BookMessage, b: BookMessage): boolean {
  return Object.is(a.time, b.time) && Object.is(a.lastSeq, b.lastSeq);
}

const parts = ['firstSeq', 'prevSeq', 'crossSeq', 'isSnapshot'] as const;

function isSame(a: BookMessage, b: BookMessage): boolean {
  return parts.every((part) => Object.is(a[part], b[part]));
}

function messageOf(row: BookRow): Omit<BookMessage, 'rows'> {
  return {
    time: row.ts_event ?? Number.NaN,
    firstSeq: row.first_seq ?? Number.NaN,
    lastSeq: row.last_seq ?? Number.NaN,
    prevSeq: row.prev_seq ?? Number.NaN,
    crossSeq: row.cross_seq ?? Number.NaN,
    isSnapshot: row.is_snapshot,
  };
}
