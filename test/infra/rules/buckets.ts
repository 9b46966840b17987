import { at, type Graph, ofType } from '../offline/graph.ts';
import { listOf, statementsOf } from './policy.ts';

const blocks = ['blockPublicAcls', 'blockPublicPolicy', 'ignorePublicAcls', 'restrictPublicBuckets'];

/** Buckets are private, reached over TLS alone, and keep what is deleted for a while. */
export function buckets(graph: Graph): string[] {
  const broken: string[] = [];
  for (const { inputs } of ofType(graph, 'aws:s3/bucketCorsConfiguration:BucketCorsConfiguration')) {
    broken.push(`bucket ${inputs.bucket}: web pages may reach it (CORS)`);
  }
  for (const { name, inputs } of ofType(graph, 'aws:s3/bucket:Bucket')) {
    const say = (what: string) => broken.push(`bucket ${name}: ${what}`);
    const about = (type: string) => ofType(graph, type).filter((one) => one.inputs.bucket === inputs.bucket);
    const [block] = about('aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock');
    for (const setting of blocks) if (block?.inputs[setting] !== true) say(`${setting} is not set`);

    const statements = about('aws:s3/bucketPolicy:BucketPolicy').flatMap((one) => statementsOf(one.inputs.policy));
    for (const { effect, principals } of statements) {
      if (effect === 'Allow' && principals.some((principal) => principal.endsWith('*'))) say('is open to anybody');
    }
    const deniesPlain = statements.some(
      ({ effect, actions, condition }) =>
        effect === 'Deny' &&
        actions.includes('s3:*') &&
        listOf(at(condition, 'Bool', 'aws:SecureTransport')).includes('false'),
    );
    if (!deniesPlain) say('is reached without TLS');

    const rules = about('aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration').flatMap((one) =>
      listOf(one.inputs.rules),
    );
    if (rules.length === 0) say('has no rules of lifecycle');
    if (name !== 'LakeBucket') continue;
    const has = (...path: string[]) => rules.some((rule) => at(rule, ...path) !== undefined);
    if (!has('abortIncompleteMultipartUpload', 'daysAfterInitiation')) say('keeps what uploads left unfinished');
    if (!has('noncurrentVersionExpiration', 'noncurrentDays')) say('keeps deleted versions for ever');
    if (!has('transitions', '0')) say('keeps old objects where they cost most');
    const expires = rules.some((rule) => at(rule, 'expiration', 'days') !== undefined);
    if (expires) say('deletes data by its age');
    const [versioning] = about('aws:s3/bucketVersioning:BucketVersioning');
    if (at(versioning?.inputs, 'versioningConfiguration', 'status') !== 'Enabled') say('has no versions');
    if (about('aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration').length === 0) {
      say('states no encryption');
    }
  }
  return broken;
}
