import { join } from 'node:path';
import { Lake, openStore } from '@feedlake/lake';
import { day, hour, type Row } from '@feedlake/schema';
import { silentLogger } from '@feedlake/telemetry';
import { expect, test } from 'vitest';
import { takeUp } from '../../../packages/collector/src/stream/earlier.ts';
import { compactAll, start } from '../../support/compaction.ts';
import { temporaryFolder } from '../../support/lake.ts';

test('where the feeds of a writer ended is found in what was compacted, and is that of no other writer or snapshot', async () => {
  const folder = temporaryFolder();
  const store = openStore(join(folder, 'lake'));
  const lake = new Lake(store, { writer: 'test' });
  const until = start + 20 * hour;
  const word = (writer: string, to_time: number, detail = 'stream'): Row<'coverage'> => ({
    exchange: 'binance',
    symbol: 'BTC-USDT-PERP',
    venue_symbol: 'BTCUSDT',
    ts_event: start + hour,
    ts_recv: to_time,
    source: 'live',
    dataset: 'trades',
    from_time: start + hour,
    to_time,
    state: 'covered',
    writer,
    detail,
  });
  await lake.write('coverage', 'binance', 'stream-main-1', [word('main', until - hour)]);
  await lake.write('coverage', 'binance', 'stream-main-2', [
    word('main', until),
    word('main', until + hour, 'snapshot'),
  ]);
  await lake.write('coverage', 'binance', 'stream-main-two-1', [word('main-two', until + 2 * hour)]);
  const key = { exchange: 'binance', dataset: 'trades', symbol: 'BTC-USDT-PERP', venueSymbol: 'BTCUSDT' } as const;
  const found = async () => {
    const earlier = await takeUp({
      folder: join(folder, 'spool'),
      endsFile: join(folder, 'ends.json'),
      lake,
      writer: 'main',
      exchanges: [{ id: 'binance', venue: 'binance' }],
      logger: silentLogger,
      now: start + day + 7 * hour,
    });
    return earlier.end(key);
  };
  const before = await found();
  expect(before).toEqual({ until, cause: 'shutdown' });
  expect(await compactAll(store)).toMatchObject([{ outcome: 'compacted' }]);
  expect(await found()).toEqual(before);
});
