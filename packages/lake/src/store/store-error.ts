/**
 * What is wrong with a store, as far as it changes what to do about it. `invalid` is a name or location that can't be,
 * `unsupported` a file system or server that lacks what the lake needs, `failed` everything else.
 */
export type StoreFault =
  | 'disk_full'
  | 'read_only'
  | 'access_denied'
  | 'credentials'
  | 'region'
  | 'no_bucket'
  | 'not_found'
  | 'unreachable'
  | 'unsupported'
  | 'invalid'
  | 'failed';

/** A store could not do what it was asked to; the message is for people and names what to change. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly fault: StoreFault;
  /** The object, folder or bucket that it is about. */
  readonly location: string;

  constructor(fault: StoreFault, location: string, explanation: string, cause?: unknown) {
    super(`${location}: ${explanation}`, cause === undefined ? {} : { cause });
    this.fault = fault;
    this.location = location;
  }
}
