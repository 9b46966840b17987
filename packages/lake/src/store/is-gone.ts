import { StoreError } from './store-error.ts';

/** How often something is listed anew. */
const attempts = 4;

/** Whether an error says that there is no such object: where it was listed a moment ago, compaction has replaced it. */
export function isGone(error: unknown): error is StoreError {
  return error instanceof StoreError && error.fault === 'not_found';
}

/**
 * Does work that lists objects and then reads them, and does it anew where one of them is gone by then.
 * @throws what the work throws.
 */
export async function whileListed<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isGone(error) || attempt === attempts) throw error;
    }
  }
}
