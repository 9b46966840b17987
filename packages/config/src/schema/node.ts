import * as z from 'zod';
import { configSchema } from './config.ts';
import { type Extensions, factsOfExtensions } from './facts.ts';

/** The part of JSON Schema that the settings use. */
export interface SchemaNode {
  readonly title?: string;
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly writeOnly?: boolean;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly propertyNames?: SchemaNode;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

export type Path = readonly (string | number)[];

/**
 * The JSON Schema of a zod schema's input: what a file may hold, with descriptions and defaults. It also is the one
 * description that reading of variables, redaction and the reference page go by.
 */
export function schemaNode(schema: z.ZodType): SchemaNode {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as SchemaNode;
}

/** The schema of the settings with the options of the given adapters, whatever else a file may name. */
export function settingsNode(extensions: Extensions): SchemaNode {
  return schemaNode(configSchema(factsOfExtensions(extensions)));
}

/** The same for reading settings: each section is made when it is first asked for, as most are left alone. */
export function lazySettingsNode(extensions: Extensions): SchemaNode {
  const properties: Record<string, SchemaNode> = {};
  for (const [name, section] of Object.entries(configSchema(factsOfExtensions(extensions)).shape)) {
    let node: SchemaNode | undefined;
    const get = () => {
      node ??= schemaNode(section);
      return node;
    };
    Object.defineProperty(properties, name, { enumerable: true, get });
  }
  return { type: 'object', properties };
}

/** The schema of a key of a mapping or of the entries of a list; null where anything goes or nothing is known. */
export function childOf(node: SchemaNode | null, key: string | number): SchemaNode | null {
  if (node === null) return null;
  if (typeof key === 'number' && node.items !== undefined) return node.items;
  const property = Object.hasOwn(node.properties ?? {}, key) ? node.properties?.[key] : undefined;
  if (property !== undefined) return property;
  if (typeof node.additionalProperties === 'object') return node.additionalProperties;
  for (const option of node.anyOf ?? []) {
    const child = childOf(option, key);
    if (child !== null) return child;
  }
  return null;
}

/** The schema at a path. */
export function nodeAt(node: SchemaNode | null, path: Path): SchemaNode | null {
  return path.reduce<SchemaNode | null>(childOf, node);
}

/** The names of keys that a mapping may have; none where any may stand there. */
export function knownKeys(node: SchemaNode | null): string[] {
  if (node === null) return [];
  return alternatives(node).flatMap((option) => [
    ...Object.keys(option.properties ?? {}),
    ...(option.propertyNames?.enum ?? []).map(String),
  ]);
}

/** The alternatives that a value may follow: itself, or those of `anyOf`. */
export function alternatives(node: SchemaNode): readonly SchemaNode[] {
  return node.anyOf?.flatMap(alternatives) ?? [node];
}
