import { bucket, lakeObjects } from './storage.ts';

/** What a function or task may do. */
export interface Statement {
  readonly actions: string[];
  readonly resources: $util.Input<$util.Input<string>[]>;
}

/**
 * Without a condition on the prefix: with one, S3 answers 403 instead of 404 for objects that are not there, and the
 * bucket holds nothing but the lake.
 */
const list: Statement = { actions: ['s3:ListBucket'], resources: [bucket.arn] };

/** Reading objects below paths of the lake, and finding them. */
export function lakeReader(...paths: string[]): Statement[] {
  return [list, { actions: ['s3:GetObject'], resources: paths.map(lakeObjects) }];
}

/** Reading, and writing what is not there yet. */
export function lakeWriter(...paths: string[]): Statement[] {
  return [
    list,
    { actions: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'], resources: paths.map(lakeObjects) },
  ];
}

/** Deleting as well; versions stay. */
export function lakeCompactor(...paths: string[]): Statement[] {
  return [...lakeWriter(...paths), { actions: ['s3:DeleteObject'], resources: paths.map(lakeObjects) }];
}
