import { config, isProduction } from './settings.ts';

const { tiering_days, noncurrent_days } = config.aws.storage;

/** The lake. Its owner may lose data only by deleting it twice: versions stay for a while. */
export const bucket = new sst.aws.Bucket('Lake', {
  versioning: true,
  cors: false,
  transform: { bucket: { forceDestroy: !isProduction } },
});

/** Below the root of the bucket, so that it can hold other things one day. */
const prefix = 'lake';
export const lakeRoot = $interpolate`s3://${bucket.name}/${prefix}`;
/** ARNs of the objects below a path of the lake. */
export const lakeObjects = (path: string): $util.Output<string> => $interpolate`${bucket.arn}/${prefix}/${path}`;

new aws.s3.BucketServerSideEncryptionConfiguration('LakeEncryption', {
  bucket: bucket.name,
  rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
});

new aws.s3.BucketLifecycleConfiguration(
  'LakeLifecycle',
  {
    bucket: bucket.name,
    rules: [
      {
        id: 'old-objects-by-their-use',
        status: 'Enabled',
        filter: { prefix: `${prefix}/v1/` },
        transitions: [{ days: tiering_days, storageClass: 'INTELLIGENT_TIERING' }],
      },
      {
        // Compaction deletes what it has put together; a version without a successor is a mark and nothing else.
        id: 'deleted-and-replaced',
        status: 'Enabled',
        filter: { prefix: `${prefix}/` },
        noncurrentVersionExpiration: { noncurrentDays: noncurrent_days },
        expiration: { expiredObjectDeleteMarker: true },
      },
      {
        id: 'unfinished-uploads',
        status: 'Enabled',
        filter: { prefix: '' },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
      },
    ],
  },
  // AWS wants versioning to be settled before rules about versions.
  { dependsOn: [bucket] },
);
