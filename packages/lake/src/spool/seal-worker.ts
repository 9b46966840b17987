import { parentPort, workerData } from 'node:worker_threads';
import { openStore } from '../store/open-store.ts';
import { StoreError } from '../store/store-error.ts';
import { sealSegment } from './seal.ts';
import type { SealRequest, SealResult } from './sealer.ts';

/** The thread that seals: encoding takes long stretches of computing, which would keep messages waiting elsewhere. */
const { location } = workerData as { location: string };
const store = openStore(location);

parentPort?.on('message', async ({ path }: SealRequest) => {
  parentPort?.postMessage(await seal(path));
});

async function seal(path: string): Promise<SealResult> {
  try {
    return { sealed: await sealSegment(path, store), failure: null };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const fault = error instanceof StoreError ? error.fault : 'segment';
    return { sealed: null, failure: { fault, message } };
  }
}
