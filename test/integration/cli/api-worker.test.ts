import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { loadConfig } from '@feedlake/config';
import { expect, onTestFinished, test } from 'vitest';
import type { ApiWorkerData } from '../../../packages/cli/src/up/api-worker.ts';
import { temporaryFolder } from '../../support/lake.ts';

/** The thread of an API on any free port. */
function thread(): Worker {
  const { config } = loadConfig({ folder: temporaryFolder(), environment: {}, code: { api: { enabled: true } } });
  const workerData: ApiWorkerData = { config, version: '0.0.0', port: 0, metricsType: 'text/plain' };
  const worker = new Worker(new URL('../../../packages/cli/src/up/api-worker.ts', import.meta.url), { workerData });
  onTestFinished(async () => {
    await worker.terminate();
  });
  return worker;
}

test('the thread of the API ends when it is told to while it still starts', async () => {
  const worker = thread();
  worker.postMessage({ kind: 'close' });
  expect(await once(worker, 'exit')).toEqual([0]);
});

test('the thread of the API ends when it is told to', async () => {
  const worker = thread();
  expect(await once(worker, 'message')).toMatchObject([{ kind: 'ready' }]);
  worker.postMessage({ kind: 'close' });
  expect(await once(worker, 'exit')).toEqual([0]);
});
