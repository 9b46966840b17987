import type { Fault } from '../fault.ts';
import { ProxyError } from '../proxy/proxy-error.ts';
import { BodyError } from './body.ts';
import { DeadlineError } from './send.ts';

/** Why an attempt brought no usable reply, and whose fault it was. */
export interface NetworkFault {
  readonly fault: Fault;
  /** True when it is the proxy that can't be used, whatever the exchange. */
  readonly atProxy: boolean;
}

const timeouts = ['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'];

/** What goes wrong before there is a connection. */
const connecting: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused by',
  ENOTFOUND: 'the name does not resolve:',
  EAI_AGAIN: 'the name does not resolve at present:',
  EHOSTUNREACH: 'no route to',
  ENETUNREACH: 'no network to',
  ETIMEDOUT: 'no connection within the time allowed to',
  UND_ERR_PRX_TLS: 'the certificate is for another host:',
  UND_ERR_CONNECT_TIMEOUT: 'no connection within the time allowed to',
};

const connected: Readonly<Record<string, string>> = {
  ECONNRESET: 'connection reset by',
  EPIPE: 'connection closed by',
  UND_ERR_SOCKET: 'connection closed by',
  UND_ERR_HEADERS_TIMEOUT: 'no reply within the time allowed from',
  UND_ERR_BODY_TIMEOUT: 'the reply stalled, from',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the reply was cut short, from',
};

/**
 * Puts an error of an attempt into plain words. The message names host and proxy, never a user, a password or a query.
 * @param host `host:port` of the exchange
 * @param proxy label of the proxy, null when the connection is direct
 */
export function networkFault(error: unknown, host: string, proxy: string | null): NetworkFault {
  const through = proxy === null ? '' : ` (through the proxy ${proxy})`;
  const atHost = (kind: Fault['kind'], message: string) => ({
    fault: { kind, message: message + through },
    atProxy: false,
  });
  if (error instanceof ProxyError) {
    return { fault: { kind: error.kind, message: error.message }, atProxy: error.atProxy };
  }
  if (error instanceof DeadlineError) return atHost('timeout', `${host}: ${error.message}`);
  if (error instanceof BodyError) return atHost('malformed', `${host}: ${error.message}`);
  const code = codeOf(error);
  const words = error instanceof Error ? error.message : String(error);
  if (proxy !== null) {
    const status = /^Proxy response \((\d+)\)/.exec(words)?.[1];
    if (status !== undefined) return tunnelFault(status, host, proxy);
  }
  const kind = timeouts.includes(code) ? 'timeout' : 'network';
  const before = connecting[code];
  if (before !== undefined) {
    // Behind a proxy, the only connection that this machine makes is the one to the proxy.
    const target = proxy === null ? host : `the proxy ${proxy}`;
    return { fault: { kind, message: `${before} ${target}` }, atProxy: proxy !== null };
  }
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return atHost('malformed', `${host}: the reply is too large`);
  if (code === 'UND_ERR_INVALID_ARG') return atHost('bad_request', `the request can't be sent: ${words}`);
  const after = connected[code];
  if (after !== undefined) return atHost(kind, `${after} ${host}`);
  return atHost('network', `${host}: ${words}${code === '' ? '' : ` (${code})`}`);
}

/**
 * A proxy that answered CONNECT with something else than 200 (RFC 9110, section 9.3.6). tinyproxy says 407 where
 * credentials are missing and 401 where they are wrong.
 */
function tunnelFault(status: string, host: string, proxy: string): NetworkFault {
  if (status === '407' || status === '401') {
    const message = `the proxy ${proxy} refused us: user name or password missing or wrong (${status})`;
    return { fault: { kind: 'auth', message }, atProxy: true };
  }
  const kind = status === '504' ? 'timeout' : 'network';
  return { fault: { kind, message: `the proxy ${proxy} did not connect to ${host} (${status})` }, atProxy: false };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
