import type { Caller } from '../access/token-book.ts';

/** What is known of a request on its way through the app. */
export interface ApiEnvironment {
  Variables: {
    requestId: string;
    /** Null before it is known, and where no token is needed. */
    caller: Caller | null;
    /** How an answer that is streamed ended; without it the answer is whole when it is given. */
    ended: Promise<StreamEnd> | null;
  };
}

/** How a streamed answer ended. */
export interface StreamEnd {
  readonly outcome: 'complete' | 'aborted' | 'failed';
  readonly rows: number;
  readonly bytes: number;
}
