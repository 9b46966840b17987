import { Spool } from '@feedlake/lake';
import { now } from '@feedlake/schema';
import { at, trade } from './rows.ts';

/**
 * `spool-writer.ts FOLDER FIRST`: appends trades numbered from FIRST on, some the hot way and some as rows, and flushes,
 * again and again until it is killed. After each flush it prints the number up to which all are on disk.
 */
const [folder = '', first = '0'] = process.argv.slice(2);
const spool = new Spool({
  folder,
  writer: 'killed',
  limits: { bytes: 1e9, rows: 3000, ageMs: 1e9 },
  now,
  onOpen: () => spool.note({ kind: 'first' }),
  beforeEnd: () => undefined,
  onClosed: () => undefined,
});
const { table, instruments } = spool.trades('binance', 'live');
const event = at('2026-03-27T12:00:00Z');

for (let id = Number(first); ; ) {
  for (const end = id + 1 + Math.floor(Math.random() * 800); id < end; id += 1) {
    if (id % 3 === 0)
      spool.append('trades', 'binance', { ...trade(String(id), event, { price: '0.12345678901234567' }) });
    else {
      table.trade(event, false, 60_000.1, 0.002, false, id, Number.NaN, Number.NaN);
      table.commit(instruments.numberOf('BTC-USDT-PERP', 'BTCUSDT'), event);
    }
  }
  await spool.flush();
  process.stdout.write(`${id}\n`);
}
