import type { Row } from '@feedlake/schema';
import { Ledger } from '../../../../packages/collector/src/stream/ledger.ts';
import type { LedgerEntry } from '../../../../packages/collector/src/stream/ledger-entry.ts';

/** A ledger with a clock that is set by hand, and the coverage rows that it has told. */
export function testLedger() {
  const rows: Row<'coverage'>[] = [];
  const clock = { now: 0 };
  const ledger = new Ledger({ writer: 'test', now: () => clock.now, emit: (row) => rows.push(row) });
  const entry = ledger.entry({
    exchange: 'binance',
    dataset: 'trades',
    symbol: 'BTC-USDT-PERP',
    venueSymbol: 'BTCUSDT',
  });
  return { ledger, entry, rows, clock };
}

/** What coverage rows say, without what they have in common: `covered 0-10 x3`, `gap 10-20 sequence 4..6`. */
export function told(rows: readonly Row<'coverage'>[]): string[] {
  return rows.map((row) => {
    const { from_time, to_time, state, cause, rows: count, first_seq, last_seq, repaired_by } = row;
    const numbers = first_seq == null && last_seq == null ? '' : ` ${first_seq}..${last_seq}`;
    const why = cause == null ? '' : ` ${cause}`;
    const much = count == null ? '' : ` x${count}`;
    return `${state} ${from_time}-${to_time}${why}${much}${numbers}${repaired_by == null ? '' : ` by ${repaired_by}`}`;
  });
}

/** A message with so many rows and no numbers. */
export function message(entry: LedgerEntry, received: number, rows = 1): void {
  entry.message(received, rows, Number.NaN, Number.NaN);
}

/**
 * What the rows say of each moment from 0 on: `c` covered, `g` gap, `?` nothing. The latest word counts, and at the same
 * time that of a gap.
 */
export function painted(rows: readonly Row<'coverage'>[], length: number): string {
  const words = [...rows].sort((a, b) => a.ts_recv - b.ts_recv || (a.state === 'gap' ? 1 : -1));
  const moments = new Array<string>(length).fill('?');
  for (const { from_time, to_time, state } of words) {
    for (let at = Math.max(0, from_time); at < Math.min(length, to_time); at += 1) moments[at] = state.charAt(0);
  }
  return moments.join('');
}
