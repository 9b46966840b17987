import { Command, Option } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { configSchema, configShow, configValidate } from './commands/config.ts';
import { type CoverageOptions, coverageCommand } from './commands/coverage.ts';
import { demoCommand } from './commands/demo.ts';
import { type FetchOptions, fetchCommand } from './commands/fetch.ts';
import { lastCommand } from './commands/last.ts';
import { type NormalizeOptions, normalizeCommand } from './commands/normalize.ts';
import { type ProxyCheckOptions, proxyCheckCommand } from './commands/proxy.ts';
import { type QueryOptions, queryCommand } from './commands/query.ts';
import { type SimulatorOptions, simulatorCommand } from './commands/simulator.ts';
import { type SymbolsOptions, symbolsCommand } from './commands/symbols.ts';
import { Context, type GlobalOptions } from './context.ts';
import type { Streams } from './streams.ts';

type Action = (context: Context) => number | Promise<number>;

/**
 * The `feedlake` command line. `onCode` is given the exit code of the command that ran.
 * @param signal Aborted by Ctrl-C.
 */
export function createProgram(streams: Streams, signal: AbortSignal, onCode: (code: number) => void): Command {
  const program = new Command('feedlake')
    .version(manifest.version)
    .description('A market-data lake for crypto derivatives: records what exchanges say into Parquet that you own.')
    .option('--config <file>', 'settings file (default: feedlake.yaml, where there is one)')
    .option('--lake <location>', 'the lake: a folder, or s3://bucket/prefix')
    .option('--log-level <level>', 'trace, debug, info, warn, error or silent')
    .option('--quiet', 'only results, and what went wrong')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
    })
    .exitOverride();

  const run = async (action: Action): Promise<void> => {
    const context = new Context(program.opts<GlobalOptions>(), streams, signal);
    try {
      onCode(await action(context));
    } finally {
      await context.close();
    }
  };
  /** A command with an example in its help. */
  const command = (usage: string, description: string, example: string, parent = program): Command =>
    parent.command(usage).description(description).addHelpText('after', `\nExample:\n  ${example}`).exitOverride();

  fetching(
    command(
      'fetch-oi <symbols...>',
      'Open interest now, or with --from its history',
      'feedlake fetch-oi BTC-USDT-PERP --exchange bybit --from 2026-10-01 --to 2026-10-31 --interval 1h --store',
    ),
  )
    .option('--interval <width>', 'width of history buckets: 5m, 15m, 30m, 1h, 4h, 1d (default: 1h)')
    .action((symbols: string[], options: FetchOptions) =>
      run((context) => fetchCommand(context, 'open_interest', symbols, options)),
    );
  fetching(
    command(
      'fetch-funding <symbols...>',
      'Funding rates now (running), or with --from the settled ones',
      'feedlake fetch-funding BTC-USDT-PERP --from 2026-10-01 --store',
    ),
  ).action((symbols: string[], options: FetchOptions) =>
    run((context) => fetchCommand(context, 'funding_rates', symbols, options)),
  );

  command('symbols', 'Instruments of the exchanges', 'feedlake symbols --exchange binance --match PEPE')
    .addOption(exchangeOption())
    .option('--match <text>', 'only those whose symbol or venue name contains it')
    .option('--store', 'write them into the lake')
    .option('--format <format>', 'table, json, ndjson or csv', 'table')
    .action((options: SymbolsOptions) => run((context) => symbolsCommand(context, options)));

  command(
    'query <sql>',
    'SQL over the lake, by DuckDB; every dataset is a table',
    'feedlake query "select symbol, max(open_interest) from open_interest group by 1"',
  )
    .option('--format <format>', 'table, json, ndjson, csv or parquet', 'table')
    .option('--output <file>', 'write to a file instead of standard output')
    .action((sql: string, options: QueryOptions) => run((context) => queryCommand(context, sql, options)));

  command(
    'coverage',
    'What the lake has of a range of time, what it lacks, and why',
    'feedlake coverage --exchange binance --dataset trades --from 2026-10-01 --to 2026-10-07 --min 99.9',
  )
    .addOption(exchangeOption())
    .addOption(listOption('--dataset <names...>', 'only these datasets, apart by space or comma'))
    .addOption(listOption('--symbol <symbols...>', 'only these symbols, with a line for each'))
    .option('--from <time>', 'start of the range: ISO date or timestamp, UTC (default: a day before its end)')
    .option('--to <time>', 'its end: a date includes that day, a timestamp is exclusive (default: now)')
    .option('--kind <kind>', 'only what is collected by: stream, snapshot or history')
    .option('--gaps', 'the list of gaps, and nothing else')
    .option('--min <percent>', 'tolerate gaps as long as of every symbol this much of what is owed is covered')
    .option('--format <format>', 'table, json, ndjson or csv', 'table')
    .action((options: CoverageOptions) => run((context) => coverageCommand(context, options)));

  command(
    'last <dataset> <symbol>',
    'Time of the newest row in the lake',
    'feedlake last open_interest BTC-USDT-PERP --exchange bybit',
  )
    .addOption(exchangeOption())
    .action((dataset: string, symbol: string, options: { exchange?: string[] }) =>
      run((context) => lastCommand(context, dataset, symbol, options)),
    );

  command(
    'normalize',
    'Map captured messages of a venue from standard input, one a line, to rows',
    "feedlake normalize --exchange binance --rest '/fapi/v1/openInterest?symbol=BTCUSDT' < bodies.ndjson",
  )
    .requiredOption('--exchange <id>', 'whose messages they are')
    .option('--rest <path>', 'the lines are bodies of replies to this request')
    .option('--body <json>', 'body of that request: it was a POST')
    .action((options: NormalizeOptions) => run((context) => normalizeCommand(context, options)));

  const config = command('config', 'The settings in force', 'feedlake config show');
  command('show', 'Every setting, with where it came from; secrets masked', 'feedlake config show', config)
    .option('--format <format>', 'table or json', 'table')
    .action((options: { format: string }) => run((context) => configShow(context, options)));
  command('validate', 'Check the settings', 'feedlake config validate --config feedlake.yaml', config).action(() =>
    run(configValidate),
  );
  command('schema', 'JSON Schema of the settings, for editors', 'feedlake config schema > schema.json', config).action(
    () => onCode(configSchema(streams.stdout)),
  );

  const proxy = command('proxy', 'The proxies of the settings', 'feedlake proxy check');
  command(
    'check',
    'Try each proxy, and going without one: does the exchange answer, does it block, does the proxy fail?',
    'feedlake proxy check --exchange bybit',
    proxy,
  )
    .addOption(exchangeOption())
    .option('--format <format>', 'table or json', 'table')
    .action((options: ProxyCheckOptions) => run((context) => proxyCheckCommand(context, options)));

  command('simulator', 'Run local exchanges that speak the real protocols, with invented data', 'feedlake simulator')
    .option('--port <number>', 'port of the first exchange, the others follow (default: any free ones)')
    .option('--seed <number>', 'seed of the market model', '1')
    .option('--replay <folder>', 'serve recorded replies instead of the model')
    .action((options: SimulatorOptions) => run((context) => simulatorCommand(context, options)));

  command('demo', 'Everything at once on simulated exchanges, without network or account', 'feedlake demo')
    .option('--folder <folder>', 'where the lake of the demo is made', 'demo-lake')
    .action((options: { folder: string }) => run((context) => demoCommand(context, options)));

  return program;
}

function exchangeOption(): Option {
  return listOption('--exchange <ids...>', 'only these exchanges, apart by space or comma');
}

function listOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string, before: string[] | undefined) => [
    ...(before ?? []),
    ...text.split(',').filter((name) => name !== ''),
  ]);
}

function fetching(command: Command): Command {
  return command
    .addOption(exchangeOption())
    .option('--from <time>', 'start of the history: ISO date or timestamp, UTC')
    .option('--to <time>', 'its end: a date includes that day, a timestamp is exclusive (default: now)')
    .option('--store', 'write into the lake; of a history only what it lacks is fetched')
    .option('--format <format>', 'table, json, ndjson or csv', 'table');
}
