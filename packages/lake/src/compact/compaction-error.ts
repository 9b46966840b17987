/** A date can't be compacted as things are: the message says why. Nothing of it was removed. */
export class CompactionError extends Error {
  override readonly name = 'CompactionError';
}
