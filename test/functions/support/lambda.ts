import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Answer, FunctionError, RuntimeApi } from './runtime-api.ts';

const runtimeClient = fileURLToPath(new URL('../runtime/node_modules/aws-lambda-ric/index.mjs', import.meta.url));

export interface FunctionOptions {
  /** The folder that a zip was unpacked into. */
  readonly folder: string;
  /** As Lambda has it: `bundle.handler`. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly name: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
}

/** A function in a process of its own, as Lambda keeps one. */
export interface RunningFunction {
  /** @throws FunctionError when it throws or ends */
  invoke(event: unknown): Promise<Answer>;
  /** What it wrote, line by line: its log. */
  readonly log: string[];
  /** Whether the process is there. */
  isRunning(): boolean;
  /** When the process was started, by `performance.now()`. */
  readonly startedAt: number;
  kill(): Promise<void>;
}

/** Starts a function under AWS's own runtime client. */
export async function startFunction(options: FunctionOptions): Promise<RunningFunction> {
  const { folder, handler, environment, name, memoryMb, timeoutMs } = options;
  const api = new RuntimeApi();
  const address = await api.listen();
  const log: string[] = [];
  const startedAt = performance.now();
  const child = spawn(process.execPath, [runtimeClient, handler], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      TZ: ':UTC',
      LAMBDA_TASK_ROOT: folder,
      _HANDLER: handler,
      AWS_LAMBDA_RUNTIME_API: address,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: '2026/11/25/[$LATEST]0123456789abcdef',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      log.push(...lines);
    });
  }
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  void ended.then(() => api.fail(new FunctionError({ errorType: 'Ended', errorMessage: log.slice(-20).join('\n') })));
  return {
    log,
    startedAt,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    invoke: (event) => api.invoke(event, timeoutMs),
    async kill() {
      child.kill('SIGKILL');
      await ended;
      await api.close();
    },
  };
}
