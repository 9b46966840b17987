/** What stands in place of a secret. */
export const mask = '••••';

/**
 * A URL that can be shown: user and password, the values of the query and the fragment are masked. Everything up to
 * the last `@` counts as user and password, so that a password whose special characters are not percent-encoded stays
 * hidden too. A text without `scheme://` that may hold one (`user:password@host`) is masked whole.
 */
export function redactUrl(url: string): string {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(url)?.[0];
  if (scheme === undefined) return /[@?]/.test(url) ? mask : url;
  const rest = url.slice(scheme.length);
  const authority = rest.lastIndexOf('@');
  const shown = authority === -1 ? rest : `${mask}@${rest.slice(authority + 1)}`;
  const [, place = '', query, fragment] = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(shown) ?? [];
  const masked = query === undefined ? '' : `?${query.split('&').map(maskValue).join('&')}`;
  return `${scheme}${place}${masked}${fragment === undefined ? '' : `#${mask}`}`;
}

function maskValue(parameter: string): string {
  const equals = parameter.indexOf('=');
  return equals === -1 ? mask : `${parameter.slice(0, equals)}=${mask}`;
}
