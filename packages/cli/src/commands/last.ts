import { symbolInLake } from '@feedlake/collector';
import { nativeAdapters } from '@feedlake/exchanges';
import { type DatasetName, datasetNames, isoTime, symbolFromInput } from '@feedlake/schema';
import type { Context } from '../context.ts';
import { exitCode, UsageError } from '../exit.ts';
import { renderTable } from '../output/table.ts';

/**
 * `feedlake last`: the time of the newest row of a dataset and symbol in the lake, per exchange. Reads footers, and
 * of those only what it needs; no request goes to an exchange.
 * @returns the exit code: 1 when the lake has no row of it at any exchange.
 */
export async function lastCommand(
  context: Context,
  dataset: string,
  symbol: string,
  { exchange }: { exchange?: readonly string[] },
): Promise<number> {
  if (!isDataset(dataset)) throw new UsageError(`${dataset}: no dataset; there are ${datasetNames.join(', ')}`);
  const lake = context.lake();
  const unified = symbolFromInput(symbol) ?? symbol;
  const rows = await Promise.all(
    context.exchanges(exchange).map(async (id) => {
      const adapter = nativeAdapters[context.config.exchanges[id]?.exchange ?? id] ?? null;
      const { symbol: found, notice } = await symbolInLake(lake, dataset, id, adapter, symbol, null);
      if (found !== null && notice !== null) context.say(notice);
      const taken = found ?? unified;
      const time = await lake.lastTime(dataset, id, taken);
      return [id, taken, time === null ? '-' : isoTime(time)];
    }),
  );
  context.streams.stdout.write(
    renderTable([{ title: 'exchange' }, { title: 'symbol' }, { title: 'last (UTC)' }], rows),
  );
  if (rows.some(([, , time]) => time !== '-')) return exitCode.ok;
  context.complain(
    `no ${dataset} of ${unified} in the lake ${context.config.lake}; symbols are written as BTC-USDT-PERP here`,
  );
  return exitCode.failed;
}

function isDataset(text: string): text is DatasetName {
  return datasetNames.some((name) => name === text);
}
