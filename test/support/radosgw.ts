import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const script = new URL('radosgw.sh', import.meta.url).pathname;

/** A running S3 server. */
export interface S3Server {
  /** What the AWS SDK reads from its environment to reach it. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts a real S3 server on loopback, empty, in memory. Fails where its Debian packages are not installed. */
export async function startS3(): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), 'feedlake-s3-'));
  const [port, monitorPort] = [await freePort(), await freePort()];
  const stop = async () => {
    await run(script, ['stop', folder]);
    await rm(folder, { recursive: true, force: true, maxRetries: 20 });
  };
  await run(script, ['start', folder, String(port), String(monitorPort)]).catch(async (error) => {
    await stop();
    throw error;
  });
  const environment = {
    AWS_ENDPOINT_URL: `http://localhost:${port}`,
    AWS_ACCESS_KEY_ID: 'lake-key',
    AWS_SECRET_ACCESS_KEY: 'lake-secret',
    AWS_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  return { environment, stop };
}

function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer().listen(0, '127.0.0.1', () => {
    const address = server.address();
    server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(address)));
  });
  server.on('error', reject);
  return promise;
}
