const schemes = ['http:', 'https:', 'socks4:', 'socks4a:', 'socks5:', 'socks5h:'];

/** Where a proxy stands and who we are to it. */
export interface ProxyAddress {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** `scheme://host:port`: all that logs, errors and metrics ever say of a proxy. */
  readonly label: string;
}

/**
 * Reads a proxy's URL. User and password may be percent-encoded.
 * @throws TypeError when it is no URL with a known scheme, a host and a port; the message shows neither user nor password.
 */
export function proxyAddress(url: string): ProxyAddress {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !schemes.includes(parsed.protocol) || parsed.hostname === '' || !/:\d+(\/|$)/.test(url)) {
    const names = schemes.map((scheme) => scheme.slice(0, -1)).join(', ');
    throw new TypeError(`a proxy must be 'direct' or scheme://[user:password@]host:port, scheme one of ${names}`);
  }
  const scheme = parsed.protocol.slice(0, -1);
  const defaultPort = scheme === 'https' ? 443 : 80;
  const port = parsed.port === '' ? defaultPort : Number(parsed.port);
  return {
    scheme,
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port,
    user: decoded(parsed.username),
    password: decoded(parsed.password),
    label: `${scheme}://${parsed.hostname}:${port}`,
  };
}

/**
 * All that may be shown of a proxy: `direct`, or `scheme://host:port`.
 * @throws TypeError as {@link proxyAddress} does.
 */
export function proxyLabel(proxy: string): string {
  return proxy === 'direct' ? proxy : proxyAddress(proxy).label;
}

/** Users paste passwords as they are: a `%` that encodes nothing stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
