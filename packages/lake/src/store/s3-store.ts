import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import type { S3Client } from '@aws-sdk/client-s3';
import { checkFolder, checkKey, isName } from './key.ts';
import { attemptsOf, s3Fault, statusOf } from './s3-fault.ts';
import type { ByteRange, Store, StoredObject } from './store.ts';

/** Settings of S3 that are not found where the AWS SDK looks for its own: environment, profile, instance role. */
export interface S3Options {
  /** URL of an S3 server other than AWS; the SDK's own name for it is AWS_ENDPOINT_URL. */
  readonly endpoint?: string;
  readonly region?: string;
  /** Keys per page of a listing; S3's own limit is 1000. */
  readonly pageSize?: number;
  /** Milliseconds within which a connection has to be made. Default: 10 s. */
  readonly connectMs?: number;
  /** Milliseconds without a byte, either way, after which a request is given up. Default: 30 s. */
  readonly idleMs?: number;
  /**
   * How often a request is sent: after 5xx, slow down, timeouts and broken connections, with growing random pauses.
   * Default: 6.
   */
  readonly attempts?: number;
}

const defaultConnectMs = 10_000;
const defaultIdleMs = 30_000;
/** A request has this long (ms) until its reply begins, and for what it uploads the time that this speed takes. */
const replyMs = 60_000;
const slowestBytesPerMs = 50;
const defaultAttempts = 6;

/** A conditional write that collides with another is answered 409 and has to be tried again. */
const conflictAttempts = 10;
const conflictDelayMs = 50;
const longestConflictDelayMs = 5_000;
/** User metadata that tells who created an object. */
const creation = 'feedlake-create';

type Sdk = typeof import('@aws-sdk/client-s3');

/** How often a body is asked for that breaks off on its way. */
const bodyAttempts = 3;

/** A lake in an S3 bucket. The SDK is loaded on the first request, and retries what can be retried. */
export class S3Store implements Store {
  readonly root: string;
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #options: S3Options;
  #connection: Promise<{ sdk: Sdk; client: S3Client }> | null = null;

  /** @param prefix Path in the bucket, without a slash at its end; `''` for the whole bucket. */
  constructor(bucket: string, prefix: string, options: S3Options = {}) {
    if (prefix !== '') checkKey(prefix);
    this.root = `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}`;
    this.#bucket = bucket;
    this.#prefix = prefix === '' ? '' : `${prefix}/`;
    this.#options = options;
  }

  /**
   * One request, whatever the size (S3 takes 5 GB): an upload is there whole or not at all, and nothing of one that failed
   * is left behind. S3 checks what it receives by a checksum. `exists` where another one was first; if only the answer of
   * an attempt got lost that did write, it is `created`.
   */
  async create(key: string, bytes: Uint8Array): Promise<'created' | 'exists'> {
    checkKey(key);
    const { sdk, client } = await this.#connect();
    const token = randomUUID();
    const put = {
      ...this.#at(key),
      Body: bytes,
      IfNoneMatch: '*',
      ChecksumCRC32: checksum(bytes),
      Metadata: { [creation]: token },
    };
    const requestTimeout = replyMs + Math.ceil(bytes.length / slowestBytesPerMs);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await client.send(new sdk.PutObjectCommand(put), { requestTimeout });
        return 'created';
      } catch (error) {
        const status = statusOf(error);
        if (status === 412)
          return attemptsOf(error) > 1 && (await this.#isCreatedBy(key, token)) ? 'created' : 'exists';
        if (status !== 409 || attempt === conflictAttempts) throw s3Fault(this.#location(key), error);
        await wait(Math.random() * Math.min(longestConflictDelayMs, conflictDelayMs * 2 ** attempt));
      }
    }
  }

  async read(key: string, range?: ByteRange): Promise<Uint8Array<ArrayBuffer>> {
    checkKey(key);
    if (range !== undefined && range.start >= range.end) return new Uint8Array(0);
    const { sdk, client } = await this.#connect();
    const bytes = range === undefined ? {} : { Range: `bytes=${range.start}-${range.end - 1}` };
    for (let attempt = 1; ; attempt++) {
      let begun = false;
      try {
        const reply = await client.send(new sdk.GetObjectCommand({ ...this.#at(key), ...bytes }));
        begun = true;
        return new Uint8Array((await reply.Body?.transformToByteArray()) ?? []);
      } catch (error) {
        // The SDK sends a request again, but not for the sake of a body that breaks off.
        if (!begun || attempt === bodyAttempts) throw s3Fault(this.#location(key), error);
        await wait(Math.random() * conflictDelayMs * 2 ** attempt);
      }
    }
  }

  async size(key: string): Promise<number> {
    checkKey(key);
    const { sdk, client } = await this.#connect();
    try {
      return (await client.send(new sdk.HeadObjectCommand(this.#at(key)))).ContentLength ?? 0;
    } catch (error) {
      throw s3Fault(this.#location(key), error);
    }
  }

  async *list(folder: string): AsyncIterable<StoredObject> {
    for await (const page of this.#pages(folder, {})) {
      for (const { Key = '', Size = 0 } of page.Contents ?? []) {
        const key = Key.slice(this.#prefix.length);
        if (key.split('/').every(isName)) yield { key, size: Size };
      }
    }
  }

  async folders(folder: string): Promise<string[]> {
    const names: string[] = [];
    for await (const page of this.#pages(folder, { Delimiter: '/' })) {
      for (const { Prefix = '' } of page.CommonPrefixes ?? []) {
        names.push(Prefix.slice(this.#prefix.length + folder.length, -1));
      }
    }
    return names.filter(isName);
  }

  async remove(key: string): Promise<void> {
    checkKey(key);
    const { sdk, client } = await this.#connect();
    try {
      await client.send(new sdk.DeleteObjectCommand(this.#at(key)));
    } catch (error) {
      throw s3Fault(this.#location(key), error);
    }
  }

  /** Whether an object is the one of a call to `create`; false also when it can't be told. */
  async #isCreatedBy(key: string, token: string): Promise<boolean> {
    const { sdk, client } = await this.#connect();
    try {
      return (await client.send(new sdk.HeadObjectCommand(this.#at(key)))).Metadata?.[creation] === token;
    } catch {
      return false;
    }
  }

  async *#pages(folder: string, filter: { Delimiter?: string }) {
    checkFolder(folder);
    const { sdk, client } = await this.#connect();
    const { pageSize } = this.#options;
    try {
      yield* sdk.paginateListObjectsV2(pageSize === undefined ? { client } : { client, pageSize }, {
        Bucket: this.#bucket,
        Prefix: this.#prefix + folder,
        ...filter,
      });
    } catch (error) {
      throw s3Fault(this.#location(folder), error);
    }
  }

  #at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: this.#prefix + key };
  }

  #location(key: string): string {
    return key === '' ? this.root : `${this.root}/${key}`;
  }

  #connect(): Promise<{ sdk: Sdk; client: S3Client }> {
    this.#connection ??= connect(this.#options);
    return this.#connection;
  }
}

async function connect(options: S3Options): Promise<{ sdk: Sdk; client: S3Client }> {
  const {
    endpoint,
    region,
    connectMs = defaultConnectMs,
    idleMs = defaultIdleMs,
    attempts = defaultAttempts,
  } = options;
  const sdk = await import('@aws-sdk/client-s3');
  const client = new sdk.S3Client({
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    retryMode: 'standard',
    maxAttempts: attempts,
    // Servers other than AWS know neither the newer checksums nor the trailers that carry them. Uploads have a checksum in
    // a header, which those that do not know it pass over.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // The SDK's own default is to wait for ever. A time until the reply alone does not notice a body that stands still.
    requestHandler: {
      connectionTimeout: connectMs,
      requestTimeout: replyMs,
      socketTimeout: idleMs,
      throwOnRequestTimeout: true,
    },
  });
  // And few of them have a host name for each bucket, so the bucket goes into the path.
  const custom = endpoint ?? (await client.config.serviceConfiguredEndpoint?.());
  client.config.forcePathStyle = custom !== undefined;
  return { sdk, client };
}

/** CRC-32 as S3 has it: four bytes, the highest first, in Base64. */
function checksum(bytes: Uint8Array): string {
  const value = Buffer.alloc(4);
  value.writeUInt32BE(crc32(bytes));
  return value.toString('base64');
}
