import { StoreError, type StoreFault } from './store-error.ts';

const badCredentials: readonly [StoreFault, string] = [
  'credentials',
  'the AWS credentials are missing or not accepted: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN), or AWS_PROFILE',
];
const denied: readonly [StoreFault, string] = [
  'access_denied',
  'access denied: allow s3:ListBucket on the bucket and s3:GetObject, s3:PutObject, s3:DeleteObject on its objects',
];
const wrongRegion: readonly [StoreFault, string] = ['region', 'set AWS_REGION to the region that the bucket is in'];
const unreachable: readonly [StoreFault, string] = [
  'unreachable',
  'the S3 server does not answer: check the network and AWS_ENDPOINT_URL',
];

/** By the error codes of the S3 API, of the SDK and of the sockets below it. */
const faults: Readonly<Record<string, readonly [StoreFault, string]>> = {
  NoSuchBucket: ['no_bucket', 'there is no such bucket: create it, or correct the name'],
  NoSuchKey: ['not_found', 'there is no such object'],
  NotFound: ['not_found', 'there is no such object'],
  AccessDenied: denied,
  Forbidden: denied,
  CredentialsProviderError: badCredentials,
  InvalidAccessKeyId: badCredentials,
  SignatureDoesNotMatch: badCredentials,
  ExpiredToken: badCredentials,
  InvalidToken: badCredentials,
  RequestTimeTooSkewed: ['credentials', "this machine's clock is wrong: set it"],
  PermanentRedirect: wrongRegion,
  AuthorizationHeaderMalformed: wrongRegion,
  IllegalLocationConstraintException: wrongRegion,
  NotImplemented: ['unsupported', 'this S3 server has no conditional writes (If-None-Match), which the lake needs'],
  QuotaExceeded: ['disk_full', 'the quota of the bucket is used up'],
  SlowDown: ['unreachable', 'S3 asks for fewer requests, and went on doing so'],
  InternalError: ['unreachable', 'S3 reports an error of its own, and went on doing so'],
  ServiceUnavailable: ['unreachable', 'S3 is not available'],
  BadDigest: ['failed', 'what arrived is not what was sent: look at network and memory of this machine'],
  TimeoutError: unreachable,
  RequestTimeout: unreachable,
  ECONNREFUSED: unreachable,
  ECONNRESET: unreachable,
  EPIPE: unreachable,
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,
  ETIMEDOUT: unreachable,
};

/** An error of the S3 SDK in plain words. */
export function s3Fault(location: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const known = namesOf(error).find((name) => name in faults);
  const [fault, explanation] = (known === undefined ? undefined : faults[known]) ?? [
    'failed',
    error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  ];
  return new StoreError(fault, location, known === undefined ? explanation : `${explanation} (${known})`, error);
}

/** The HTTP status that an error of the SDK came with, or null. */
export function statusOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return null;
  const metadata = error.$metadata as { httpStatusCode?: number };
  return metadata.httpStatusCode ?? null;
}

/** How often a request was sent that ended in an error of the SDK. */
export function attemptsOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return 1;
  const metadata = error.$metadata as { attempts?: number };
  return metadata.attempts ?? 1;
}

function namesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const names = [error.name];
  if ('code' in error) names.push(String(error.code));
  if (error.message === 'Region is missing') names.push('PermanentRedirect');
  // A reply without a body (HEAD) has no code but its status.
  const status = statusOf(error);
  if (status === 403) names.push('Forbidden');
  if (status === 404) names.push('NotFound');
  if (status === 501) names.push('NotImplemented');
  return names;
}
