import type { CoverageRow } from '../../../packages/collector/src/coverage/row.ts';
import type { Timeline } from '../../../packages/collector/src/coverage/timeline.ts';

export type Values = Partial<CoverageRow>;

/** A coverage row of binance trades: `said` is its `ts_recv`. */
function row(from: number, to: number, said: number, values: Values): CoverageRow {
  return {
    exchange: 'binance',
    dataset: 'trades',
    symbol: 'BTC-USDT-PERP',
    from_time: from,
    to_time: to,
    ts_recv: said,
    state: 'covered',
    writer: 'main',
    detail: 'stream',
    ...values,
  };
}

export function covered(from: number, to: number, said: number, values: Values = {}): CoverageRow {
  return row(from, to, said, values);
}

export function gap(from: number, to: number, said: number, values: Values = {}): CoverageRow {
  return row(from, to, said, { state: 'gap', cause: 'disconnect', ...values });
}

/** A covered row that fills an earlier gap. */
export function repair(from: number, to: number, said: number, values: Values = {}): CoverageRow {
  return row(from, to, said, { repaired_by: 'history', ...values });
}

const marks = { covered: '#', gap: '-', unknown: '.' } as const;

/** A timeline of small times as a text, one character for each microsecond. */
export function drawn({ stretches }: Pick<Timeline, 'stretches'>): string {
  return stretches.map(({ state, from, to }) => marks[state].repeat(to - from)).join('');
}
