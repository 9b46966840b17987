import { type Config, configSchema } from '../schema/config.ts';
import { type Extensions, factsOf } from '../schema/facts.ts';
import { childOf, type SchemaNode, schemaNode } from '../schema/node.ts';
import { mask, redactUrl } from './redact-url.ts';

/** Names that hold secrets where no schema says so: the options of ccxt. */
const telling = /secret|passw|passphrase|token|credential|auth|cookie|signature|(?:api|private|access)[-_]?key/i;

/**
 * The settings as they may be shown: credentials, hashes of tokens, and user, password and query of every URL are
 * masked. Where no schema says what is secret (options for ccxt), names that tell of secrets are masked too.
 * @param extensions the options of the adapters, whose schemas mark secrets with `.meta({ writeOnly: true })`.
 */
export function redact(config: Config, extensions: Extensions = {}): unknown {
  return hide(config, schemaNode(configSchema(factsOf(config.exchanges, extensions))));
}

function hide(value: unknown, node: SchemaNode | null): unknown {
  if (node?.writeOnly === true) return mask;
  if (typeof value === 'string') return value.includes('://') ? redactUrl(value) : value;
  if (Array.isArray(value))
    return value.map((entry, index) => hide(entry, node === null ? null : childOf(node, index)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => {
      const child = childOf(node, key);
      const free = child === null || Object.keys(child).length === 0;
      return [key, free && telling.test(key) ? mask : hide(entry, child)];
    }),
  );
}
