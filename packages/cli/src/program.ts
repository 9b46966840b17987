import { Command, Option } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { type ApiTokenOptions, apiTokenCreate } from './commands/api-token.ts';
import { type BookOptions, bookCommand } from './commands/book.ts';
import { type CompactCommandOptions, compactCommand } from './commands/compact.ts';
import { configSchema, configShow, configValidate } from './commands/config.ts';
import { type CoverageOptions, coverageCommand } from './commands/coverage.ts';
import { type DaemonOptions, daemonLogs, daemonStart, daemonStatus, daemonStop } from './commands/daemon.ts';
import { demoCommand } from './commands/demo.ts';
import { type FetchOptions, fetchCommand } from './commands/fetch.ts';
import { lastCommand } from './commands/last.ts';
import { type NormalizeOptions, normalizeCommand } from './commands/normalize.ts';
import { type ProxyCheckOptions, proxyCheckCommand } from './commands/proxy.ts';
import { type QueryOptions, queryCommand } from './commands/query.ts';
import { type RebuildCommandOptions, rebuildCommand } from './commands/rebuild.ts';
import { type SimulatorOptions, simulatorCommand } from './commands/simulator.ts';
import { type StreamOptions, streamCommand } from './commands/stream.ts';
import { type SymbolsOptions, symbolsCommand } from './commands/symbols.ts';
import { type UpOptions, upCommand } from './commands/up.ts';
import { Context, type GlobalOptions } from './context.ts';
import type { Streams } from './streams.ts';

type Action = (context: Context) => number | Promise<number>;

/**
 * The `feedlake` command line. `onCode` is given the exit code of the command that ran, and whether that command is meant
 * to run until Ctrl-C.
 * @param signal Aborted by Ctrl-C.
 */
export function createProgram(
  streams: Streams,
  signal: AbortSignal,
  onCode: (code: number, untilStopped: boolean) => void,
): Command {
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

  const run = async (action: Action, { untilStopped = false } = {}): Promise<void> => {
    const context = new Context(program.opts<GlobalOptions>(), streams, signal);
    try {
      onCode(await action(context), untilStopped);
    } finally {
      await context.close();
    }
  };
  /** A command with an example in its help. */
  const command = (usage: string, description: string, example: string, parent = program): Command =>
    parent.command(usage).description(description).addHelpText('after', `\nExample:\n  ${example}`).exitOverride();

  command(
    'up',
    'Streams, scheduled snapshots, health and the HTTP API, as the settings have them, until Ctrl-C',
    'feedlake up --config feedlake.yaml',
  )
    .option('--simulate', 'on simulated exchanges, without network or account')
    .action((options: UpOptions) => run((context) => upCommand(context, options), untilStopped));

  streaming(
    command(
      'stream <dataset> <symbols...>',
      'Rows as they come: trades, book_deltas, liquidations, tickers, candles, open_interest',
      'feedlake stream trades BTC-USDT-PERP --exchange binance --for 60s --format json',
    ),
  ).action((dataset: string, symbols: string[], options: StreamOptions) =>
    run((context) => streamCommand(context, dataset, symbols, options), untilStopped),
  );
  streaming(
    command(
      'stream-liquidations <symbols...>',
      'Liquidations as they come, of all exchanges that tell them',
      'feedlake stream-liquidations BTC-USDT-PERP ETH-USDT-PERP --store',
    ),
  ).action((symbols: string[], options: StreamOptions) =>
    run((context) => streamCommand(context, 'liquidations', symbols, options), untilStopped),
  );

  const daemon = command('daemon', 'The same as `up`, in the background', 'feedlake daemon start');
  const ofDaemon = (usage: string, description: string): Command =>
    command(usage, description, `feedlake daemon ${usage}`, daemon).option(
      '--simulate',
      'the one on simulated exchanges',
    );
  ofDaemon('start', 'Start it, and wait until it answers').action((options: DaemonOptions) =>
    run((context) => daemonStart(context, program.opts<GlobalOptions>(), options)),
  );
  ofDaemon('stop', 'End it, and wait until what it received is in the lake').action((options: DaemonOptions) =>
    run((context) => daemonStop(context, options)),
  );
  ofDaemon('status', 'How it fares')
    .option('--format <format>', 'table or json', 'table')
    .action((options: DaemonOptions & { format: string }) => run((context) => daemonStatus(context, options)));
  ofDaemon('logs', 'The end of its log')
    .option('-f, --follow', 'and what comes, until Ctrl-C')
    .option('--lines <number>', 'so many lines', '50')
    .action((options: DaemonOptions & { lines: string; follow?: boolean }) =>
      run((context) => daemonLogs(context, options), untilStopped),
    );

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
    'book <symbol>',
    'The order book at a time, rebuilt from the lake',
    'feedlake book BTC-USDT-PERP --exchange binance --at 2026-10-01T08:00:00Z',
  )
    .requiredOption('--exchange <id>', 'whose book')
    .option('--at <time>', 'ISO date or timestamp, UTC (default: the newest that the lake has)')
    .option('--levels <number>', 'so many of each side, or all', '10')
    .option('--format <format>', 'table, json or csv', 'table')
    .action((symbol: string, options: BookOptions) => run((context) => bookCommand(context, symbol, options)));

  command(
    'rebuild',
    'Map captured messages (streamer.raw) again, into another lake',
    'feedlake rebuild --from raw --exchange bybit --into ./lake-rebuilt',
  )
    .requiredOption('--from <dataset>', 'what it is rebuilt from: raw')
    .requiredOption('--into <location>', 'the lake to write: a folder, or s3://bucket/prefix')
    .addOption(exchangeOption())
    .addOption(listOption('--symbol <symbols...>', 'only these symbols (default: those of the settings)'))
    .option('--from-time <time>', 'only what was received from then on: ISO date or timestamp, UTC')
    .option('--to <time>', 'until then: a date includes that day, a timestamp is exclusive')
    .action((options: RebuildCommandOptions) => run((context) => rebuildCommand(context, options)));

  command(
    'compact',
    'The many objects of each date that is over become one, with each fact once',
    'feedlake compact --dataset trades --from 2026-10-01 --to 2026-10-07',
  )
    .addOption(listOption('--dataset <names...>', 'only these datasets, apart by space or comma'))
    .addOption(exchangeOption())
    .option('--from <date>', 'first date, UTC (default: all there are)')
    .option('--to <date>', 'last date, UTC (default: the last that has been over for `compaction.after`)')
    .option('--dry-run', 'only tell what would be done')
    .option('--format <format>', 'table or json', 'table')
    .action((options: CompactCommandOptions) => run((context) => compactCommand(context, options)));

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
    () => onCode(configSchema(streams.stdout), false),
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

  const apiToken = command('api-token', 'Tokens of the HTTP API', 'feedlake api-token create --name grafana');
  command(
    'create',
    'Make a token: it is shown once; the settings get its hash',
    'feedlake api-token create --name grafana --scope read --expires 2027-01-31',
    apiToken,
  )
    .requiredOption('--name <name>', 'who it is for; shown in logs')
    .addOption(listOption('--scope <scopes...>', 'what it allows: read, write (default: read)'))
    .option('--expires <date>', 'first date (UTC) on which it no longer works')
    .option('--format <format>', 'text or json', 'text')
    .action((options: ApiTokenOptions) => onCode(apiTokenCreate(streams, options), false));

  command('simulator', 'Run local exchanges that speak the real protocols, with invented data', 'feedlake simulator')
    .option('--port <number>', 'port of the first exchange, the others follow (default: any free ones)')
    .option('--seed <number>', 'seed of the market model', '1')
    .option('--replay <folder>', 'serve recorded replies instead of the model')
    .option('--symbols <number>', 'instruments of the largest exchange (default: 500)')
    .option('--trades <per second>', 'orders that trade in each instrument (default: 2)')
    .option('--books <per second>', 'messages of the quickest stream of a book (default: 10)')
    .action((options: SimulatorOptions) => run((context) => simulatorCommand(context, options)));

  command('demo', 'Everything at once on simulated exchanges, without network or account', 'feedlake demo')
    .option('--folder <folder>', 'where the lake of the demo is made', 'demo-lake')
    .action((options: { folder: string }) => run((context) => demoCommand(context, options)));

  return program;
}

/** It is meant to run until Ctrl-C, which is no interruption then. */
const untilStopped = { untilStopped: true };

function streaming(command: Command): Command {
  return command
    .addOption(exchangeOption())
    .option('--store', 'record them into the lake as well, with their coverage')
    .option('--for <duration>', 'end after 30s, 5m or 1h (default: at Ctrl-C)')
    .option('--format <format>', 'table, or json (ndjson): one object a line', 'table');
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
