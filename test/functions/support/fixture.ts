import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Config } from '@feedlake/config';
import { Lake, openStore } from '@feedlake/lake';
import { type Simulator, startSimulator } from '@feedlake/simulator';
import { afterAll, afterEach, beforeAll, inject, onTestFinished, vi } from 'vitest';
import { type RunningFunction, startFunction } from './lambda.ts';
import { type Changeable, withSettings } from './settings.ts';

/**
 * A Lambda service: what is invoked for later is noted, and nothing is done about it; what is waited for goes to the function
 * that {@link Invocations.answer} gives.
 */
interface Invocations {
  readonly url: string;
  readonly taken: { readonly name: string; readonly event: unknown }[];
  answer: (name: string) => RunningFunction | undefined;
  close(): void;
}

interface StartOptions {
  readonly variables?: Readonly<Record<string, string>>;
  /** What of its settings is to be different. */
  readonly settings?: (settings: Changeable<Config>) => void;
  /** In place of the function's own. */
  readonly timeoutMs?: number;
}

/** Functions as they are deployed, with a real S3 server and simulated exchanges in place of AWS's and the venues'. */
export interface Fixture {
  readonly simulator: Simulator;
  readonly invocations: Invocations;
  /** A lake of its own for a test. */
  newLake(): { readonly lake: Lake; readonly root: string };
  /** Starts a function on a lake; it ends with the test. */
  start(name: string, root: string, options?: StartOptions): Promise<RunningFunction>;
}

/** To be called at the top of a test file. */
export function fixture(): Fixture {
  const s3 = inject('s3');
  const made = {} as { -readonly [Key in 'simulator' | 'invocations']: Fixture[Key] };
  beforeAll(async () => {
    [made.simulator, made.invocations] = await Promise.all([startSimulator({ symbols: 40 }), takeInvocations()]);
    for (const [name, value] of Object.entries(s3)) vi.stubEnv(name, value);
  });
  afterEach(() => made.simulator.faults.clear());
  afterAll(async () => {
    vi.unstubAllEnvs();
    made.invocations.close();
    await made.simulator.close();
  });
  return {
    get simulator() {
      return made.simulator;
    },
    get invocations() {
      return made.invocations;
    },
    newLake() {
      const root = `s3://lake/${randomBytes(6).toString('hex')}`;
      return { root, lake: new Lake(openStore(root), { writer: 'test' }) };
    },
    async start(name, root, { variables = {}, settings: change, timeoutMs } = {}) {
      const unpacked = inject('functions')[name];
      if (unpacked === undefined) throw new RangeError(`${name} is not among the functions`);
      const changed = withSettings(unpacked, (settings) => {
        settings.lake = root;
        for (const [id, url] of Object.entries(made.simulator.urls)) {
          const exchange = settings.exchanges[id];
          if (exchange !== undefined) exchange.endpoints.rest = [url];
        }
        change?.(settings);
      });
      const { AWS_ENDPOINT_URL: storage = '', ...credentials } = s3;
      const running = await startFunction({
        ...changed,
        name,
        timeoutMs: timeoutMs ?? changed.timeoutMs,
        environment: {
          ...changed.environment,
          ...credentials,
          AWS_ENDPOINT_URL_S3: storage,
          AWS_ENDPOINT_URL_LAMBDA: made.invocations.url,
          ...variables,
        },
      });
      onTestFinished(() => running.kill());
      return running;
    },
  };
}

async function takeInvocations(): Promise<Invocations> {
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const invocations: Invocations = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken: [],
    answer: () => undefined,
    close: () => void server.close(),
  };
  return invocations;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const event: unknown = JSON.parse(await text(request));
    const name = decodeURIComponent(/\/functions\/([^/]+)\/invocations$/.exec(request.url ?? '')?.[1] ?? '');
    if (request.headers['x-amz-invocation-type'] === 'Event') {
      invocations.taken.push({ name, event });
      response.writeHead(202).end();
      return;
    }
    try {
      const answer = await invocations.answer(name)?.invoke(event);
      response.end(JSON.stringify(answer?.value ?? null));
    } catch (error) {
      const { message, name: errorType } = error as Error;
      response.setHeader('x-amz-function-error', 'Unhandled').end(JSON.stringify({ errorType, errorMessage: message }));
    }
  }
}
