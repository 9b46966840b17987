import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { TestProject } from 'vitest/node';
import { synthesize } from '../infra/offline/synthesis.ts';
import { startS3 } from '../support/radosgw.ts';
import { type UnpackedFunction, unpackedFunctions } from './support/built.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** What the AWS SDK reads from its environment to reach the S3 server, which has a bucket `lake`. */
    s3: Readonly<Record<string, string>>;
    functions: Readonly<Record<string, UnpackedFunction>>;
  }
}

/** Before all files: functions as `sst deploy` would upload them, unpacked, and an S3 server. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await synthesize();
  const unpacked = await unpackedFunctions();
  const s3 = await startS3();
  const {
    AWS_ENDPOINT_URL: endpoint = '',
    AWS_ACCESS_KEY_ID = '',
    AWS_SECRET_ACCESS_KEY = '',
    AWS_REGION = '',
  } = s3.environment;
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  const client = new S3Client({ endpoint, region: AWS_REGION, credentials, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: 'lake' }));
  client.destroy();
  project.provide('s3', s3.environment);
  project.provide('functions', Object.fromEntries(unpacked.functions));
  return async () => {
    unpacked.remove();
    await s3.stop();
  };
}
