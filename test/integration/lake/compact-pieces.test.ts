import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Lake, openStore } from '@feedlake/lake';
import { type DatasetName, hour, type Row } from '@feedlake/schema';
import { expect, it, onTestFinished } from 'vitest';
import { Engine } from '../../../packages/lake/src/compact/engine.ts';
import { inputsSql } from '../../../packages/lake/src/compact/facts-sql.ts';
import { takeInputs } from '../../../packages/lake/src/compact/inputs.ts';
import { cutIntoPieces } from '../../../packages/lake/src/compact/pieces.ts';
import { writeOutputs } from '../../../packages/lake/src/compact/write-outputs.ts';
import { start } from '../../support/compaction.ts';
import { collect, temporaryFolder } from '../../support/lake.ts';

const most = 50;

/** Symbols with few rows and with many, by two writers; of some rows neither symbol nor time are known. */
const rowsOf: { readonly [Name in 'tickers' | 'coverage']: (writer: number) => Row<Name>[] } = {
  tickers: (writer) =>
    [3, 200, 30, 25, 1, 49, 60].flatMap((count, symbol) =>
      Array.from({ length: count }, (_, index) => ({
        exchange: 'binance',
        symbol: `S${symbol}'-USDT-PERP`,
        venue_symbol: `S${symbol}`,
        ts_event: symbol === 1 && index % 20 === 7 ? null : start + index * 0.12 * hour,
        ts_recv: start + index * 1000 + (symbol === 1 && index % 20 === 7 ? 0 : writer),
        source: 'live',
        last_price: String(index),
      })),
    ),
  coverage: (writer) =>
    Array.from({ length: 80 }, (_, index) => ({
      exchange: 'binance',
      symbol: index % 3 === 0 ? null : `S${index % 7}`,
      venue_symbol: null,
      ts_event: start + index,
      ts_recv: start + hour,
      source: 'live',
      dataset: 'trades',
      from_time: start + index,
      to_time: start + hour,
      state: 'covered',
      writer: String(index % 2 === 0 ? writer : 'both'),
    })),
};

async function prepared(dataset: keyof typeof rowsOf) {
  const store = openStore(temporaryFolder());
  const lake = new Lake(store, { writer: 'test' });
  for (const writer of [0, 1]) {
    const rows = rowsOf[dataset](writer) as Row<DatasetName>[];
    await lake.write(dataset, 'binance', `stream-${writer}`, rows as never);
  }
  const objects = await collect(lake.objects(dataset));
  const folder = join(temporaryFolder(), 'work');
  const inputs = await takeInputs(store, dataset, objects, folder);
  const engine = await Engine.open({ folder: join(folder, 'spill'), memoryBytes: 3e8, signal: undefined });
  onTestFinished(() => engine.close());
  mkdirSync(folder, { recursive: true });
  return { store, inputs, engine, folder };
}

it.each(['tickers', 'coverage'] as const)(
  '%s: every row is in one piece, and a fact is in one alone',
  async (dataset) => {
    const { store, inputs, engine, folder } = await prepared(dataset);
    await engine.run(
      inputsSql(
        dataset,
        inputs.map(({ path }) => path),
      ),
    );
    const pieces = await cutIntoPieces(engine, dataset, most);
    expect(pieces.length).toBeGreaterThan(3);
    const places = new Map<string, number>();
    for (const [index, condition] of pieces.entries()) {
      const rows = await engine.rows(`SELECT file_index, file_row_number FROM inputs WHERE ${condition}`);
      for (const row of rows) {
        const place = row.join(' ');
        expect(places.has(place), `${place} is in two pieces`).toBe(false);
        places.set(place, index);
      }
      // What has neither symbol nor time can't be cut.
      if (!condition.includes('IS NULL')) expect(rows.length, condition).toBeLessThanOrEqual(most);
    }
    expect(places.size).toBe(inputs.reduce((sum, { rows }) => sum + rows, 0));
    const partition = { dataset, exchange: 'binance', date: '2026-03-01' };
    const id = '0'.repeat(24);
    const written = await writeOutputs({ store, engine, partition, id, inputs, folder, most });
    expect(written.outputs.map(({ name }) => name)).toEqual(
      pieces.map((_, index) => (index === 0 ? `compact-${id}` : `compact-${id}.part${index + 1}`)),
    );
    // As many facts as a single piece would have, and in the order of symbols over all objects.
    const facts = dataset === 'tickers' ? 368 : 120;
    expect(written.rows).toBe(facts);
    const lake = new Lake(store, { writer: 'reader' });
    const skipObjects = (name: string) => !name.startsWith('compact-');
    const found = await collect(lake.scan(dataset, { exchange: 'binance', skipObjects }));
    expect(found).toHaveLength(facts);
  },
);
