import type { Graph, GraphResource } from '../offline/graph.ts';
import type { Rule } from './violations.ts';

/** No secret stands anywhere in plain text: only where Pulumi encrypts it, in what SST links and in SecureStrings. */
export function plainSecrets(secrets: readonly string[]): Rule {
  const texts = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  ]);
  return ({ resources }: Graph) => resources.flatMap((resource) => found(resource, texts));
}

function found(resource: GraphResource, texts: readonly string[]): string[] {
  const { type, name, inputs, outputs, secrets } = resource;
  const isEncrypted = (path: string) => secrets.some((secret) => path === secret || path.startsWith(`${secret}.`));
  const isSafe =
    type === 'sst:sst:LinkRef' || (type === 'aws:ssm/parameter:Parameter' && inputs.type === 'SecureString');
  const places = [...placesOf(inputs, texts), ...(type === 'sst:sst:LinkRef' ? [] : placesOf(outputs, texts))];
  return places
    .filter((path) => !(isSafe && isEncrypted(path)))
    .map((path) => `${type} ${name}: a secret stands in ${path}`);
}

function placesOf(value: unknown, texts: readonly string[], path = ''): string[] {
  if (typeof value === 'string') return texts.some((text) => value.includes(text)) ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => placesOf(entry, texts, path === '' ? key : `${path}.${key}`));
}
