import { timingSafeEqual } from 'node:crypto';
import { day, parseIsoTime } from '@feedlake/schema';
import { hashToken } from './token.ts';

/** What a token allows. */
export type Scope = 'read' | 'write';

/** A token as the settings have it. */
export interface TokenEntry {
  readonly name: string;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly scopes: readonly Scope[];
  /** First date (UTC) on which it no longer works, `2027-01-31`. */
  readonly expires?: string | undefined;
}

/** Whose request it is. */
export interface Caller {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Tells tokens apart that have one name; not the token, nor its hash. */
  readonly index: number;
}

/** Longer than any token of ours, and too short to keep anybody busy. */
const longestToken = 512;

/** Knows the tokens that are accepted, by their hashes. */
export class TokenBook {
  readonly #entries: readonly { readonly hash: Buffer; readonly expires: number; readonly caller: Caller }[];

  constructor(entries: readonly TokenEntry[]) {
    this.#entries = entries.map(({ name, sha256, scopes, expires }, index) => ({
      hash: Buffer.from(sha256, 'hex'),
      expires: expires === undefined ? Number.POSITIVE_INFINITY : (parseIsoTime(expires) ?? 0),
      caller: { name, scopes, index },
    }));
  }

  /**
   * Whose token it is; null for one that is not accepted, or no longer. It is compared with all of them, and by its hash,
   * so the time it takes tells nothing.
   * @param now Microseconds.
   */
  callerOf(token: string, now: number): Caller | null {
    const hash = Buffer.from(hashToken(token.slice(0, longestToken)), 'hex');
    let found: Caller | null = null;
    for (const entry of this.#entries) {
      const isSame = timingSafeEqual(entry.hash, hash);
      if (isSame && now < entry.expires) found = entry.caller;
    }
    return token.length > longestToken ? null : found;
  }

  /** Names of tokens that work no longer, or for less than this many days. */
  expiring(now: number, days: number): string[] {
    return this.#entries.filter(({ expires }) => expires <= now + days * day).map(({ caller }) => caller.name);
  }
}
