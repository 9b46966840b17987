import type { Extensions } from './facts.ts';
import { type SchemaNode, settingsNode } from './node.ts';

const reference: SchemaNode = { type: 'string', pattern: '\\$\\{' };

/**
 * The JSON Schema of a settings file, for editors: with the options of the given adapters, and with references to
 * variables wherever a value may stand.
 */
export function jsonSchema(extensions: Extensions = {}): SchemaNode {
  return { title: 'feedlake settings', ...withReferences(withOpenOptions(settingsNode(extensions))) };
}

/** Any entry may say `engine: ccxt`, and then has ccxt's options in place of the adapter's. */
function withOpenOptions(settings: SchemaNode): SchemaNode {
  const { exchanges } = settings.properties ?? {};
  const entries = Object.entries(exchanges?.properties ?? {}).map(([id, entry]) => {
    const options = { ...entry.properties?.options, additionalProperties: true };
    return [id, { ...entry, properties: { ...entry.properties, options } }];
  });
  return {
    ...settings,
    properties: { ...settings.properties, exchanges: { ...exchanges, properties: Object.fromEntries(entries) } },
  };
}

function withReferences(node: SchemaNode): SchemaNode {
  const { properties, additionalProperties, items, anyOf, ...rest } = node;
  if (node.type === 'object') {
    const below = Object.entries(properties ?? {}).map(([key, child]) => [key, withReferences(child)]);
    return {
      ...rest,
      ...(properties === undefined ? {} : { properties: Object.fromEntries(below) }),
      ...(additionalProperties === undefined ? {} : { additionalProperties: openEnd(additionalProperties) }),
    };
  }
  const list = items === undefined ? {} : { items: withReferences(items) };
  if (isOpen(node)) return { ...node, ...list };
  const { description, default: fallback, examples, writeOnly, ...form } = { ...rest, ...list };
  const notes = Object.entries({ description, default: fallback, examples, writeOnly });
  return {
    ...Object.fromEntries(notes.filter(([, note]) => note !== undefined)),
    anyOf: [...(anyOf ?? [form]), reference],
  };
}

const openEnd = (rest: SchemaNode | boolean): SchemaNode | boolean =>
  typeof rest === 'object' ? withReferences(rest) : rest;

/** Takes any text anyway, or anything at all. */
function isOpen({ type, pattern, enum: names, const: only, anyOf }: SchemaNode): boolean {
  if (anyOf !== undefined || pattern !== undefined || names !== undefined || only !== undefined) return false;
  return type === 'string' || type === undefined;
}
