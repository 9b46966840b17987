import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Backfills, createApi, docsFiles, exchangesOf, type Snapshots, type SnapshotTaken } from '@feedlake/api';
import { BackfillJobs } from '@feedlake/collector';
import { environment } from '@feedlake/config';
import manifest from './package.json' with { type: 'json' };
import { compose } from './shared/compose.ts';
import { functionUrlHandler } from './shared/function-url.ts';
import { invokeLater, invokeNow } from './shared/invoke.ts';

const { config, logger, lake } = compose();
const variables = environment();
const { LAMBDA_TASK_ROOT: folder = '.' } = variables;
const jobs = new BackfillJobs({ lake, venueOf: () => nobody('exchanges') });

/** What talks to exchanges are other functions, which may write to the lake, and have the time for it. */
function functionFor(what: 'BACKFILL' | 'SNAPSHOT' | 'SNAPSHOT_CCXT'): string {
  const name = variables[`${what}_FUNCTION`];
  return name ?? nobody(`${what}_FUNCTION`);
}

function nobody(what: string): never {
  throw new RangeError(`this function has no ${what}`);
}

const backfills: Backfills = {
  async create(request) {
    const created = await jobs.create(request);
    await invokeLater(functionFor('BACKFILL'), { id: created.id });
    return created;
  },
  status: (id) => jobs.status(id),
};

const snapshots: Snapshots = {
  async take(request) {
    const isNative = config.exchanges[request.exchange]?.engine === 'native';
    return (await invokeNow(functionFor(isNative ? 'SNAPSHOT' : 'SNAPSHOT_CCXT'), { request })) as SnapshotTaken;
  },
};

const api = createApi({
  settings: config.api,
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
