import { TokenBook } from '@feedlake/api';
import { type ScheduledSnapshot, ScheduleError, schedulesOf } from '@feedlake/collector';
import type { Config } from '@feedlake/config';
import { nativeAdapters } from '@feedlake/exchanges';
import { now } from '@feedlake/schema';
import { UsageError } from '../exit.ts';

/** What the settings ask `up` to do. */
export interface Plan {
  /** Exchanges with streams. */
  readonly streamed: readonly string[];
  readonly jobs: readonly ScheduledSnapshot[];
  /** What is worth saying about it, a sentence each. */
  readonly notices: readonly string[];
}

const example = '\n  exchanges:\n    binance:\n      symbols: [BTC-USDT-PERP]\n      channels: [trades, liquidations]';

/**
 * What is to be streamed, and which snapshots are to be taken.
 * @throws UsageError when that is nothing, a schedule can't be followed, or nobody could use the API.
 */
export function planOf(config: Config): Plan {
  const enabled = Object.keys(config.exchanges).filter((id) => config.exchanges[id]?.enabled);
  const withChannels = enabled.filter((id) => (config.exchanges[id]?.channels.length ?? 0) > 0);
  const streamed = withChannels.filter((id) => {
    const { engine, exchange } = config.exchanges[id] ?? {};
    return engine === 'native' && Object.hasOwn(nativeAdapters, exchange ?? id);
  });
  const notices = withChannels
    .filter((id) => !streamed.includes(id))
    .map(
      (id) => `${id}: its channels are left out: streams need an adapter of feedlake's own, and it goes through ccxt`,
    );
  const jobs = jobsOf(config);
  if (config.api.enabled) notices.push(...apiNotices(config));
  if (streamed.length === 0 && jobs.length === 0 && !config.api.enabled) {
    throw new UsageError(
      `there is nothing to do: no exchange has channels, and no snapshots are taken; add for example${example}`,
    );
  }
  if (streamed.length === 0 && jobs.length > 0) {
    notices.push('only snapshots are taken: no exchange has channels (exchanges.<id>.channels: [trades] adds streams)');
  }
  return { streamed, jobs, notices };
}

/** Tokens that expire within so many days are named. */
const soon = 14;

function apiNotices({ api }: Config): string[] {
  if (api.tokens.length === 0) {
    throw new UsageError(
      'api.tokens: there is none, so nobody could use the API: `npx feedlake api-token create --name NAME` makes one; ' +
        'or leave out api.enabled',
    );
  }
  const names = new TokenBook(api.tokens).expiring(now(), soon);
  return names.map((name) => `api.tokens: the token ${name} works no longer, or for less than ${soon} days`);
}

function jobsOf(config: Config): ScheduledSnapshot[] {
  try {
    return schedulesOf(config);
  } catch (error) {
    throw error instanceof ScheduleError ? new UsageError(error.message) : error;
  }
}
