import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Backfills,
  createApi,
  docsFiles,
  exchangesOf,
  ProblemError,
  type Snapshots,
  type SnapshotTaken,
} from '@feedlake/api';
import { BackfillJobs } from '@feedlake/collector';
import { environment } from '@feedlake/config';
import { Resource } from 'sst';
import manifest from './package.json' with { type: 'json' };
import { compose } from './shared/compose.ts';
import { functionUrlHandler } from './shared/function-url.ts';
import { invokeLater, invokeNow } from './shared/invoke.ts';

/** Of small objects, such as snapshots: a day of them is asked for again and again. */
const cacheBytes = 64 * 1024 * 1024;
const { config, logger, lake } = compose(Resource.ApiSettings, cacheBytes);
/**
 * Lambda streams 200 MB at most, at 2 MB a second after the first 6: this many rows of 317 bytes, as trades are in NDJSON, take
 * some 40 s. https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
 */
const mostRows = 250_000;
/** Somewhat less than the function has, see infra/api.ts. */
const longestAnswerMs = 140_000;
const variables = environment();
const { LAMBDA_TASK_ROOT: folder = '.' } = variables;
const jobs = new BackfillJobs({
  lake,
  venueOf: noVenue,
  symbolsOf: (exchange) => config.exchanges[exchange]?.symbols ?? 'all',
});

/**
 * What talks to exchanges are other functions, which may write to the lake, and have the time for it.
 * @throws ProblemError where that one is not deployed.
 */
function functionFor(what: 'BACKFILL' | 'SNAPSHOT' | 'SNAPSHOT_CCXT'): string {
  const name = variables[`${what}_FUNCTION`];
  if (name === undefined) throw new ProblemError('not-available');
  return name;
}

function noVenue(exchange: string): never {
  throw new RangeError(`this function does not open exchanges: ${exchange}`);
}

const backfills: Backfills = {
  async create(request) {
    const name = functionFor('BACKFILL');
    const created = await jobs.create(request);
    try {
      await invokeLater(name, { id: created.id });
    } catch (error) {
      // Nobody will ever work on it, and whoever asked for it knows nothing of its id.
      await jobs
        .abandon(created.id, 'no function took it')
        .catch((failed) => logger.error({ error: failed }, 'abandon'));
      throw error;
    }
    return created;
  },
  status: (id) => jobs.status(id),
  newest: (most) => jobs.newest(most),
};

const snapshots: Snapshots = {
  async take(request) {
    const isNative = config.exchanges[request.exchange]?.engine === 'native';
    return (await invokeNow(functionFor(isNative ? 'SNAPSHOT' : 'SNAPSHOT_CCXT'), { request })) as SnapshotTaken;
  },
};

const api = createApi({
  settings: { ...config.api, most_rows: Math.min(config.api.most_rows, mostRows) },
  longestAnswerMs,
  lake,
  exchanges: exchangesOf(config),
  snapshots,
  backfills,
  // Figures of a process that lives for minutes tell nothing: those of the deployment are in CloudWatch.
  metrics: null,
  logger,
  addressOf: ({ env }) => (env as { address: string }).address,
  version: manifest.version,
  docsFile: async (name) =>
    Object.hasOwn(docsFiles, name) ? new Uint8Array(await readFile(join(folder, 'docs', name))) : null,
});

/** Answers requests to the function's URL; long answers are streamed as they are made. */
export const handler = functionUrlHandler((request, from) => api.fetch(request, from));
