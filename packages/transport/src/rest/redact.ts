import type { RestRequest } from './request.ts';

const secretName = /key|sign|secret|token|pass|auth|cookie/i;
const hidden = '•••';

/** The path of a request for logs: the values of parameters that may be secret are hidden. */
export function safePath(path: string): string {
  const query = path.indexOf('?');
  if (query < 0) return path;
  const parameters = path
    .slice(query + 1)
    .split('&')
    .map((parameter) => {
      const [name = ''] = parameter.split('=', 1);
      return secretName.test(name) && parameter.includes('=') ? `${name}=${hidden}` : parameter;
    });
  return `${path.slice(0, query)}?${parameters.join('&')}`;
}

/** A text that a venue or a library wrote about a request, with the request's secrets hidden where it repeats them. */
export function withoutSecrets(
  text: string,
  request: RestRequest,
  headers: Readonly<Record<string, string>> = {},
): string {
  const query = new URLSearchParams(request.path.split('?')[1] ?? '');
  const pairs = [...query, ...Object.entries({ ...headers, ...request.headers })];
  const secrets = pairs.filter(([name, value]) => secretName.test(name) && value !== '').map(([, value]) => value);
  return secrets
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .reduce((safe, secret) => safe.replaceAll(secret, hidden), text);
}
