import type { Context, MiddlewareHandler } from 'hono';
import type { ApiEnvironment } from '../http/environment.ts';
import { ProblemError } from '../http/problem.ts';
import { addressKey } from '../limits/address.ts';
import { RateLimiter } from '../limits/rate-limiter.ts';
import { bearerToken } from './bearer.ts';
import type { Scope, TokenBook } from './token-book.ts';

export interface GuardOptions {
  readonly tokens: TokenBook;
  /** Requests a minute. */
  readonly perToken: number;
  readonly perAddress: number;
  readonly addressOf: (context: Context) => string;
  /** Microseconds. */
  readonly now: () => number;
}

const realm = 'Bearer realm="feedlake"';

/** Lets requests through that may be answered, and counts them. */
export class Guard {
  readonly #options: GuardOptions;
  readonly #byToken: RateLimiter;
  /** What everybody may ask, and what was refused: who sends wrong tokens locks nobody out of the first. */
  readonly #open: RateLimiter;
  readonly #byAddress: RateLimiter;

  constructor(options: GuardOptions) {
    this.#options = options;
    this.#byToken = new RateLimiter(options.perToken);
    this.#open = new RateLimiter(options.perAddress);
    this.#byAddress = new RateLimiter(options.perAddress);
  }

  /** For what everybody may ask. */
  open(): MiddlewareHandler<ApiEnvironment> {
    return async (context, next) => {
      limited(this.#open.take(this.#address(context), this.#ms()));
      await next();
    };
  }

  /**
   * For those with a valid token. An address that sends wrong ones is answered with 429 after some, but for requests with
   * a valid one: others behind the same address are not locked out.
   */
  known(): MiddlewareHandler<ApiEnvironment> {
    const { tokens, now } = this.#options;
    return async (context, next) => {
      const token = bearerToken(context.req.header('authorization'));
      const caller = token === null ? null : tokens.callerOf(token, now());
      if (caller === null) {
        limited(this.#byAddress.take(this.#address(context), this.#ms()));
        const challenge = token === null ? realm : `${realm}, error="invalid_token"`;
        throw new ProblemError('unauthorized', { headers: { 'www-authenticate': challenge } });
      }
      context.set('caller', caller);
      limited(this.#byToken.take(String(caller.index), this.#ms()));
      await next();
    };
  }

  /** For those whose token has one of these scopes; behind {@link known}. */
  allows(...scopes: readonly Scope[]): MiddlewareHandler<ApiEnvironment> {
    return async (context, next) => {
      const allowed = context.get('caller')?.scopes ?? [];
      if (!scopes.some((scope) => allowed.includes(scope))) {
        const challenge = `${realm}, error="insufficient_scope"`;
        throw new ProblemError('forbidden', { headers: { 'www-authenticate': challenge } });
      }
      await next();
    };
  }

  #address(context: Context): string {
    return addressKey(this.#options.addressOf(context));
  }

  #ms(): number {
    return this.#options.now() / 1000;
  }
}

function limited(seconds: number): void {
  if (seconds > 0) throw new ProblemError('rate-limited', { headers: { 'retry-after': String(seconds) } });
}
