import { Writable } from 'node:stream';
import { day, floorTo, isoTime, now } from '@feedlake/schema';
import { startSimulator } from '@feedlake/simulator';
import { Context } from '../context.ts';
import { exitCode, UsageError } from '../exit.ts';
import { renderTable } from '../output/table.ts';
import { fetchCommand } from './fetch.ts';
import { queryCommand } from './query.ts';

const symbols = ['BTC-USDT-PERP', 'ETH-USDT-PERP'];
const daysOfHistory = 7;

const openInterestSql = `
select exchange, symbol, count(*) as buckets, min(ts_event) as since, round(avg(open_interest), 3) as average,
       max(open_interest) as highest
from open_interest where period_seconds = 3600 group by all order by all`;

const fundingSql = `
select exchange, symbol, count(*) as settled, min(funding_time) as since, round(avg(rate), 8) as average_rate
from funding_rates where kind = 'settled' group by all order by all`;

/**
 * `feedlake demo`: collects open interest and funding rates, now and past, from simulated exchanges into a lake in a
 * folder, and shows what is in it.
 * @returns the exit code.
 * @throws UsageError for `--lake`.
 */
export async function demoCommand(context: Context, { folder }: { folder: string }): Promise<number> {
  if (context.loaded.origin('lake') === '--lake')
    throw new UsageError('--lake: the demo makes a lake of its own; say where with --folder');
  const simulator = await startSimulator();
  const endpoints = Object.entries(simulator.urls).map(([id, url]) => ({
    name: 'demo',
    path: `exchanges.${id}.endpoints.rest`,
    value: url,
  }));
  const demo = new Context({ lake: folder, quiet: context.quiet }, context.streams, context.signal, endpoints);
  const codes: number[] = [];
  const step = async (command: string, run: () => Promise<number>) => {
    demo.streams.stdout.write(`\n$ feedlake ${command}\n`);
    codes.push(await run());
  };
  try {
    demo.streams.stdout.write(
      'This demo is SIMULATED: four local exchanges with invented data; no network, no account.\n',
    );
    const names = symbols.join(' ');
    await step(`fetch-oi ${names} --store`, () =>
      fetchCommand(demo, 'open_interest', symbols, { store: true, format: 'table' }),
    );
    await step(`fetch-funding ${names} --store`, () =>
      fetchCommand(demo, 'funding_rates', symbols, { store: true, format: 'table' }),
    );
    const from = isoTime(floorTo(now(), day) - daysOfHistory * day).slice(0, 10);
    const history = { from, store: true, format: 'csv' };
    await step(`fetch-oi ${names} --exchange binance,bybit --from ${from} --store --format csv > oi.csv`, () =>
      fetchCommand(demo, 'open_interest', symbols, { ...history, exchange: ['binance', 'bybit'] }, discard()),
    );
    await step(`fetch-funding ${names} --from ${from} --store --format csv > funding.csv`, () =>
      fetchCommand(demo, 'funding_rates', symbols, history, discard()),
    );
    await step(`query "${oneLine(openInterestSql)}"`, () => queryCommand(demo, openInterestSql, { format: 'table' }));
    await step(`query "${oneLine(fundingSql)}"`, () => queryCommand(demo, fundingSql, { format: 'table' }));
    await showFiles(demo, folder);
  } finally {
    await demo.close();
    await simulator.close();
  }
  return codes.find((code) => code !== exitCode.ok) ?? exitCode.ok;
}

async function showFiles(demo: Context, folder: string): Promise<void> {
  const folders = new Map<string, { files: number; bytes: number }>();
  for await (const { key, size } of demo.lake().objects()) {
    const parent = key.split('/').slice(0, 3).join('/');
    const known = folders.get(parent) ?? { files: 0, bytes: 0 };
    folders.set(parent, { files: known.files + 1, bytes: known.bytes + size });
  }
  demo.streams.stdout.write('\nThe lake, by dataset and exchange (below that: one folder a date):\n');
  demo.streams.stdout.write(
    renderTable(
      [{ title: 'folder' }, { title: 'files', align: 'right' }, { title: 'bytes', align: 'right' }],
      [...folders].map(([name, { files, bytes }]) => [`${folder}/${name}`, String(files), String(bytes)]),
    ),
  );
  demo.streams.stdout.write(
    `\nThe data is simulated. Ask it more: npx feedlake query "select * from funding_rates limit 5" --lake ${folder}\n`,
  );
}

function oneLine(sql: string): string {
  return sql.trim().replaceAll(/\s+/g, ' ');
}

function discard(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
