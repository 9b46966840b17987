import { Lake, openStore } from '@feedlake/lake';
import { at, trade } from './rows.ts';

/** `endlessWriter.ts FOLDER NAME`: writes object after object of 2000 trades, a line for each, until it is killed. */
const [folder = '', name = ''] = process.argv.slice(2);
const lake = new Lake(openStore(folder), { writer: name });
const rows = Array.from({ length: 2000 }, (_, index) => trade(String(index), at('2026-03-27T12:00:00Z') + index));

for (let count = 0; ; count += 1) {
  await lake.write('trades', 'binance', `history-${name}-${count}`, rows);
  process.stdout.write(`${count}\n`);
}
