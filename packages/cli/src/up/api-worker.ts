import { parentPort, workerData } from 'node:worker_threads';
import { type Backfills, createApi, exchangesOf, onSocket, type Snapshots, startApiServer } from '@feedlake/api';
import { BackfillJobs } from '@feedlake/collector';
import type { Config } from '@feedlake/config';
import { Lake, openStore } from '@feedlake/lake';
import type { HealthStatus, Listening, Log, Logger, LogLevel } from '@feedlake/telemetry';
import { Caller } from './calls.ts';

/**
 * The thread of the API. Reading the lake takes long stretches of computing and much memory: neither is to be the streamer's
 * loss. What belongs to the streamer (exchanges and their budgets, figures) is called there.
 */

/** Of small objects, such as snapshots: a day of them is asked for again and again. */
const cacheBytes = 64 * 1024 * 1024;

/** What the thread is given. */
export interface ApiWorkerData {
  readonly config: Config;
  readonly version: string;
  /** In place of that of the settings. */
  readonly port: number;
  readonly metricsType: string;
}

/** What it says, beside its calls. */
export type ApiWorkerMessage =
  | { readonly kind: 'ready'; readonly url: string; readonly port: number }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string }
  | {
      readonly kind: 'log';
      readonly level: Exclude<LogLevel, 'silent'>;
      readonly fields: object;
      readonly text: string;
    };

function noVenue(exchange: string): never {
  throw new RangeError(`the thread of the API opens no exchanges: ${exchange}`);
}

async function run(): Promise<void> {
  if (parentPort === null) throw new Error('this is the code of a thread');
  const main = parentPort;
  const say = (message: ApiWorkerMessage) => main.postMessage(message);
  const { config, version, port, metricsType } = workerData as ApiWorkerData;
  const caller = new Caller(main);
  const end = new AbortController();
  // Before anything else: the end may be asked for while it is still starting.
  const endAsked = new Promise<void>((resolve) => {
    main.on('message', (message: { readonly kind: string }) => {
      if (message.kind !== 'close') return;
      end.abort(new Error('the API was ended'));
      resolve();
    });
  });
  const lake = new Lake(openStore(config.lake), { writer: config.streamer.writer, cacheBytes });
  const jobs = new BackfillJobs({ lake, venueOf: noVenue });
  const snapshots: Snapshots = { take: (request) => caller.call('snapshot', request) };
  const backfills: Backfills = {
    create: (request) => caller.call('createBackfill', request),
    status: (id) => jobs.status(id),
    newest: (most) => jobs.newest(most),
  };
  const api = createApi({
    settings: config.api,
    lake,
    exchanges: exchangesOf(config),
    snapshots,
    backfills,
    health: () => caller.call<HealthStatus>('health'),
    metrics: { contentType: metricsType, text: () => caller.call<string>('metrics') },
    logger: loggerTo(say, {}),
    ...onSocket,
    version,
    signal: end.signal,
  });
  let server: Listening;
  try {
    server = await startApiServer(api, { host: config.api.host, port });
  } catch (error) {
    const plain = error instanceof Error ? error : new Error(String(error));
    say({ kind: 'failed', name: plain.name, message: plain.message });
    main.close();
    return;
  }
  say({ kind: 'ready', url: server.url, port: server.port });
  await endAsked;
  await server.close();
  main.close();
}

/** Lines are written where the others are, lest they garble each other. */
function loggerTo(say: (message: ApiWorkerMessage) => void, common: object): Logger {
  const log =
    (level: Exclude<LogLevel, 'silent'>): Log =>
    (fields, text) =>
      say({ kind: 'log', level, fields: plain({ ...common, ...fields }), text });
  return {
    trace: log('trace'),
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    child: (fields) => loggerTo(say, { ...common, ...fields }),
  };
}

/** Errors as data: between threads they lose their names. */
function plain(fields: object): object {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => {
      if (!(value instanceof Error)) return [key, value];
      const { name, message, stack } = value;
      return [key, { name, message, stack }];
    }),
  );
}

await run();
