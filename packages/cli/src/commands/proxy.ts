import {
  checkProxies,
  type Failure,
  type ProxyCheck,
  type ProxyVerdict,
  VenueSettingsError,
} from '@feedlake/collector';
import type { Context } from '../context.ts';
import { UsageError } from '../exit.ts';
import { renderTable, type TableColumn } from '../output/table.ts';
import { outcome, reportFailures } from '../report.ts';

export interface ProxyCheckOptions {
  readonly exchange?: readonly string[];
  readonly format: string;
}

const columns: readonly TableColumn[] = [
  { title: 'exchange' },
  { title: 'proxy' },
  { title: 'used for' },
  { title: 'result' },
  { title: 'status', align: 'right' },
  { title: 'ms', align: 'right' },
  { title: 'what went wrong' },
];

const words: Readonly<Record<ProxyVerdict, string>> = {
  answers: 'answers',
  blocked: 'blocked',
  limited: 'rate limited',
  proxy_fails: 'proxy fails',
  no_connection: 'no connection',
  exchange_fails: 'exchange fails',
};

/**
 * `feedlake proxy check`: tries every configured way to the exchanges, and the direct one.
 * @returns the exit code, by the ways that the settings use.
 */
export async function proxyCheckCommand(context: Context, { exchange, format }: ProxyCheckOptions): Promise<number> {
  if (format !== 'table' && format !== 'json') throw new UsageError(`--format ${format}: choose one of table, json`);
  const { config, logger, signal, streams } = context;
  if (!config.proxy.enabled) context.say('proxies are switched off (proxy.enabled): only the direct way is tried');
  const failures: Failure[] = [];
  const checked = await Promise.all(
    context.exchanges(exchange).map(async (id): Promise<ProxyCheck[]> => {
      try {
        return await checkProxies(config, id, logger, signal);
      } catch (error) {
        if (exchange !== undefined || !(error instanceof VenueSettingsError)) throw error;
        failures.push({ exchange: id, symbol: null, message: error.message, kind: 'settings' });
        return [];
      }
    }),
  );
  const checks = checked.flat();
  streams.stdout.write(format === 'json' ? `${JSON.stringify(checks.map(json), null, 2)}\n` : table(checks));
  reportFailures(context, failures);
  const used = checks.filter(({ usedFor }) => usedFor.length > 0);
  const good = used.filter(({ verdict }) => verdict === 'answers').length;
  context.say(`${good} of ${used.length} ways in use reach their exchange`);
  return outcome(good, used.length - good + failures.length);
}

function table(checks: readonly ProxyCheck[]): string {
  const rows = checks.map(({ exchange, proxy, usedFor, verdict, status, ms, message }) => {
    const result = [words[verdict], String(status ?? '-'), String(ms ?? '-'), message];
    return [exchange, proxy, usedFor.join(', ') || '-', ...result];
  });
  return renderTable(columns, rows);
}

function json({ exchange, proxy, usedFor, verdict, status, ms, fault, message }: ProxyCheck): object {
  return {
    exchange,
    proxy,
    used_for: usedFor,
    result: verdict,
    status,
    latency_ms: ms,
    fault,
    message: message || null,
  };
}
