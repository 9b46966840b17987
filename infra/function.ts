import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { arnOf } from './account.ts';
import { deadLetters } from './dead-letters.ts';
import type { Statement } from './lake-access.ts';
import { assumedBy } from './roles.ts';
import { config, physicalName } from './settings.ts';

export interface NodeFunctionOptions {
  readonly handler: string;
  readonly description: string;
  readonly memory: `${number} MB`;
  readonly timeout: `${number} seconds` | `${number} minutes`;
  /** Its settings. */
  readonly settings: sst.Linkable<{ json: $util.Output<string> }>;
  readonly statements: readonly Statement[];
  readonly environment?: Readonly<Record<string, $util.Input<string>>>;
  /** Whether it writes Parquet: the encoder is 5 MB. */
  readonly writes: boolean;
  /** Folders to pack, by the files of this project in them. */
  readonly files?: Readonly<Record<string, readonly string[]>>;
  /** Whether ccxt is packed: 6 MB that take time at every cold start. */
  readonly ccxt?: boolean;
  /** Of events that are taken in for later: retries after an error, and the age in seconds at which one is given up. */
  readonly events?: { readonly retries: 0 | 1 | 2; readonly maximumAge: number };
  readonly http?: Pick<sst.aws.FunctionArgs, 'url' | 'streaming' | 'concurrency'>;
}

/** The encoder of Parquet reads this beside its code. */
const wasm = 'node_modules/parquet-wasm/node/parquet_wasm_bg.wasm';

/**
 * A function of `functions/`, on arm64, with a role that allows what is said and nothing else: SST would give it AWS's policy
 * for logs of any name.
 */
export function nodeFunction(name: string, options: NodeFunctionOptions): sst.aws.Function {
  const functionName = physicalName(name);
  const { events, http, writes, ccxt = false, files = {} } = options;
  const statements: Statement[] = [
    ...options.statements,
    {
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [arnOf('logs', `log-group:/aws/lambda/${functionName}:*`)],
    },
  ];
  if (events !== undefined) statements.push({ actions: ['sqs:SendMessage'], resources: [deadLetters.arn] });
  return new sst.aws.Function(name, {
    name: functionName,
    handler: options.handler,
    description: options.description,
    runtime: 'nodejs24.x',
    architecture: 'arm64',
    memory: options.memory,
    timeout: options.timeout,
    link: [options.settings],
    permissions: statements.map(({ actions, resources }) => ({ actions, resources })),
    environment: { ...options.environment },
    nodejs: {
      minify: true,
      // What is loaded late stays in files of its own: a cold start reads only what it needs.
      splitting: true,
      // DuckDB is 70 MB of machine code, and nothing here queries with it. ccxt wants protobufjs, which is not installed,
      // for signing orders and for streams.
      esbuild: {
        external: ['@duckdb/node-api', ...(ccxt ? ['protobufjs', 'protobufjs/*'] : ['ccxt'])],
        // SST would upload them for its console, dozens for each function. Stack traces have the names of functions.
        sourcemap: false,
      },
    },
    hook: {
      async postbuild(folder) {
        const packed = { '.': writes ? [wasm] : [], ...files };
        for (const [place, paths] of Object.entries(packed)) {
          await mkdir(join(folder, place), { recursive: true });
          for (const path of paths) await copyFile(path, join(folder, place, basename(path)));
        }
      },
    },
    ...(events !== undefined && { retries: events.retries }),
    ...http,
    transform: {
      // SST's own would also let anybody in the account take the role who may take roles.
      role: { assumeRolePolicy: assumedBy('lambda.amazonaws.com'), managedPolicyArns: [] },
      logGroup: { retentionInDays: config.aws.log_retention_days },
      eventInvokeConfig: {
        maximumEventAgeInSeconds: events?.maximumAge,
        destinationConfig: { onFailure: { destination: deadLetters.arn } },
      },
    },
  });
}
