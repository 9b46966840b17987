import { type DatasetName, datasets } from '@feedlake/schema';
import { quoted } from '../query/views.ts';
import { outputRows } from './commit.ts';
import type { Engine } from './engine.ts';

/**
 * Cuts the view `inputs` into pieces that become one object each, in the order of symbols: conditions that every row
 * meets exactly one of. Rows of one fact are never apart. A piece has at most so many rows; more where that
 * many rows of one symbol, or of one hour of it, can't be told apart by their time.
 */
export async function cutIntoPieces(engine: Engine, dataset: DatasetName, most = outputRows): Promise<string[]> {
  const pieces: string[] = [];
  let first: string | null = null;
  let last: string | null = null;
  let rows = 0;
  const end = () => {
    if (first !== null && last !== null) pieces.push(`symbol BETWEEN ${quoted(first)} AND ${quoted(last)}`);
    [first, last, rows] = [null, null, 0];
  };
  const counts = await engine.rows('SELECT symbol, count(*) FROM inputs GROUP BY symbol ORDER BY symbol NULLS LAST');
  for (const [symbol, count] of counts) {
    const more = Number(count);
    if (rows + more > most) end();
    if (typeof symbol !== 'string') pieces.push('symbol IS NULL');
    else if (more > most) pieces.push(...(await piecesOf(engine, dataset, symbol, most)));
    else {
      first ??= symbol;
      last = symbol;
      rows += more;
    }
  }
  // Rows about all symbols come last, and so do they here.
  const untold = pieces.at(-1) === 'symbol IS NULL' ? pieces.pop() : undefined;
  end();
  if (untold !== undefined) pieces.push(untold);
  return pieces;
}

/** A symbol with many rows is cut by time, where rows of one fact have the same time. */
async function piecesOf(engine: Engine, dataset: DatasetName, symbol: string, most: number): Promise<string[]> {
  const ofSymbol = `symbol = ${quoted(symbol)}`;
  if (!(datasets[dataset].key as readonly string[]).includes('ts_event')) return [ofSymbol];
  const hours = `SELECT epoch_us(date_trunc('hour', ts_event)), count(*) FROM inputs WHERE ${ofSymbol} GROUP BY 1 ORDER BY 1 NULLS LAST`;
  const groups = (await engine.rows(hours)).map(([hour, count]) => ({
    start: hour === null ? null : Number(hour),
    rows: Number(count),
  }));
  const starts: number[] = [];
  let rows = 0;
  for (const group of groups) {
    if (group.start !== null && starts.length > 0 && rows + group.rows <= most) rows += group.rows;
    else if (group.start !== null) {
      starts.push(group.start);
      rows = group.rows;
    }
  }
  const cuts = starts.slice(1).map((start) => `make_timestamptz(${start})`);
  const from = (index: number) => (index === 0 ? '' : ` AND ts_event >= ${cuts[index - 1]}`);
  const pieces = cuts.map((cut, index) => `${ofSymbol}${from(index)} AND ts_event < ${cut}`);
  const rest = cuts.length === 0 ? '' : ` AND (ts_event >= ${cuts.at(-1)} OR ts_event IS NULL)`;
  return [...pieces, `${ofSymbol}${rest}`];
}
