import {
  type Fact,
  identityOf,
  type Lake,
  mayExceed,
  type RangePosition,
  type RangeQuery,
  readRange,
} from '@feedlake/lake';

/** Up to so many rows are read before the answer begins. */
const fewRows = 5000;

/** The rows of one answer, and where it ends. */
export interface Page {
  readonly pieces: AsyncIterable<readonly Fact[]>;
  /** Behind its last row, where more come; else null. */
  readonly end: RangePosition | null;
}

/**
 * At most `limit` rows of a range. Where the rest begins is known before the first row is given, since an answer begins
 * with it: few rows are read first, and of many at first nothing but what their order goes by.
 * @throws StoreError, ObjectError when the lake can't be read; so do the pieces.
 */
export async function readPage(lake: Lake, query: RangeQuery, limit: number): Promise<Page> {
  if (limit <= fewRows) return few(lake, query, limit);
  const isWhole = !(await mayExceed(lake, query, limit));
  const end = isWhole ? null : await endOf(lake, query, limit);
  return { pieces: until(readRange(lake, query), limit), end };
}

async function few(lake: Lake, query: RangeQuery, limit: number): Promise<Page> {
  const facts: Fact[] = [];
  for await (const piece of until(readRange(lake, query), limit + 1)) facts.push(...piece);
  const last = facts.length > limit ? facts[limit - 1] : undefined;
  const end = last === undefined ? null : { time: last.time, key: last.key };
  const pieces = async function* () {
    yield facts.slice(0, limit);
  };
  return { pieces: pieces(), end };
}

async function endOf(lake: Lake, query: RangeQuery, limit: number): Promise<RangePosition | null> {
  let count = 0;
  let end: RangePosition | null = null;
  const columns = identityOf(query.dataset).columns;
  for await (const piece of until(readRange(lake, { ...query, columns }), limit + 1)) {
    const last = piece[limit - 1 - count];
    if (last !== undefined) end = { time: last.time, key: last.key };
    count += piece.length;
  }
  return count > limit ? end : null;
}

async function* until(pieces: AsyncIterable<readonly Fact[]>, limit: number): AsyncGenerator<readonly Fact[]> {
  let left = limit;
  for await (const piece of pieces) {
    yield piece.length > left ? piece.slice(0, left) : piece;
    left -= piece.length;
    if (left <= 0) return;
  }
}
