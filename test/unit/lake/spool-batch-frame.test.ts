import { ColumnBatch } from '@feedlake/lake';
import { describe, expect, it } from 'vitest';
import { batchFrame } from '../../../packages/lake/src/spool/batch-frame.ts';
import { decodeFrames, encodeFrame, type Frame } from '../../../packages/lake/src/spool/frame.ts';
import { SegmentPart } from '../../../packages/lake/src/spool/segment-part.ts';
import { at, trade } from '../../support/rows.ts';

const noon = at('2026-03-27T12:00:00Z');
const rows = [
  trade('1', noon, { first_trade_id: '7', price: '0.12345678901234567' }),
  trade('b', noon + 1, { symbol: 'ETH-USDT-PERP', ts_event: null, off_book: true }),
];

function frameOf(batch: ColumnBatch): Frame {
  const [frame] = decodeFrames(Uint8Array.from(batchFrame(batch, 'binance'))).frames;
  if (frame === undefined) throw new Error('no frame');
  return frame;
}

function tradesFrame(): Frame {
  const batch = new ColumnBatch('trades');
  for (const row of rows) batch.append({ ...row });
  return frameOf(batch);
}

/** The same frame as another version of the schema would have written it. */
function rewritten(frame: Frame, change: (heads: Record<string, unknown>[]) => Record<string, unknown>[]): Frame {
  const heads = change([...(frame.head.heads as Record<string, unknown>[])]);
  const [result] = decodeFrames(Uint8Array.from(encodeFrame({ ...frame.head, heads }, frame.columns))).frames;
  if (result === undefined) throw new Error('no frame');
  return result;
}

function read(...frames: Frame[]) {
  const batch = new SegmentPart({ dataset: 'trades', exchange: 'binance', recovered: false }, frames).all();
  return Array.from({ length: batch.rows }, (_, row) => batch.row(row));
}

describe('a frame of rows', () => {
  it('gives them back behind those that are there already', () => {
    const [first, second] = [
      { ...rows[0], last_trade_id: null, exact: '{"price":"0.12345678901234567"}' },
      { ...rows[1], first_trade_id: null, last_trade_id: null, exact: null },
    ];
    expect(read(tradesFrame(), tradesFrame())).toEqual([first, second, first, second]);
  });

  it('of an older version lacks columns: they are null, and its neighbours are not taken for them', () => {
    const frame = rewritten(tradesFrame(), (heads) => heads.filter(({ name }) => name !== 'first_trade_id'));
    expect(read(frame)).toMatchObject([
      { trade_id: '1', first_trade_id: null, price: '0.12345678901234567', off_book: false },
      { trade_id: 'b', first_trade_id: null, price: '60000.1', off_book: true },
    ]);
  });

  it('of a newer version has columns in another order, and more of them', () => {
    const frame = rewritten(tradesFrame(), (heads) => {
      return [{ name: 'new', at: 0, nullable: false }, ...heads.toReversed()];
    });
    expect(read(frame)).toEqual(read(tradesFrame()));
  });

  it('of an older version may have had to have a value where null is allowed now', () => {
    const required = rewritten(tradesFrame(), (heads) =>
      heads.map((head) => (head.name === 'ts_event' ? { ...head, nullable: false } : head)),
    );
    expect(read(required)[0]?.ts_event).toBe(noon);
  });
});
