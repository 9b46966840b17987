import type { FaultKind } from '../fault.ts';

/** A connection through a proxy that did not come about. Its message holds no credentials. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  readonly kind: Extract<FaultKind, 'auth' | 'network' | 'timeout'>;

  /** True when it is the proxy that can't be used, false when the proxy could not reach the exchange. */
  readonly atProxy: boolean;

  constructor(kind: ProxyError['kind'], message: string, atProxy: boolean) {
    super(message);
    this.kind = kind;
    this.atProxy = atProxy;
  }
}
