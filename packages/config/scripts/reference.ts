import { alternatives, type SchemaNode } from '../src/schema/node.ts';
import { scheduleShape } from '../src/schema/schedule.ts';
import { durationShape, proxyShape, sizeShape } from '../src/schema/text.ts';

/** The reference of all settings as Markdown: one table for each section of the JSON Schema. */
export function reference(schema: SchemaNode): string {
  const sections = Object.entries(schema.properties ?? {});
  const plain = sections.filter(([, node]) => node.properties === undefined && !isOpen(node));
  const nested = sections.filter((section) => !plain.includes(section));
  const blocks = [table(plain.flatMap(([key, node]) => rows(key, node)))];
  for (const [key, node] of nested) {
    blocks.push(`### ${key}`, `${node.description ?? ''}.`, table(rows(key, node)));
  }
  return `${blocks.join('\n\n')}\n`;
}

const isOpen = (node: SchemaNode): boolean =>
  typeof node.additionalProperties === 'object' && node.additionalProperties.properties !== undefined;

function rows(path: string, node: SchemaNode): string[][] {
  if (typeof node.additionalProperties === 'object' && isOpen(node)) {
    return [...rows(`${path}.<id>`, node.additionalProperties), ...ownOptions(path, node)];
  }
  if (node.properties !== undefined) {
    return Object.entries(node.properties).flatMap(([key, child]) => rows(`${path}.${key}`, child));
  }
  const row = [code(path), label(node), node.default === undefined ? '' : code(show(node.default)), meaning(node)];
  return node.items?.properties === undefined
    ? [row]
    : [row, ...rows(`${path}[]`, { properties: node.items.properties })];
}

/** What single entries of an open mapping have in place of the options that any entry may have. */
function ownOptions(path: string, { properties }: SchemaNode): string[][] {
  return Object.entries(properties ?? {}).flatMap(([key, entry]) => {
    const options = entry.properties?.options;
    return Object.keys(options?.properties ?? {}).length === 0 || options === undefined
      ? []
      : rows(`${path}.${key}.options`, options);
  });
}

function table(lines: readonly string[][]): string {
  const all = [['key', 'type', 'default', 'meaning'], ['---', '---', '---', '---'], ...lines];
  return all.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`).join('\n');
}

const code = (text: string): string => `\`${text}\``;
const show = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function meaning(node: SchemaNode): string {
  const example = node.examples?.[0];
  return `${node.description ?? ''}${example === undefined ? '' : `; for example ${code(show(example))}`}`;
}

const patterns: ReadonlyMap<string | undefined, string> = new Map([
  [durationShape.source, 'duration'],
  [sizeShape.source, 'size'],
  [proxyShape.source, 'proxy'],
  [scheduleShape.source, 'schedule'],
]);

const types: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: '`true`, `false`',
  object: 'mapping',
};

function label(node: SchemaNode): string {
  return [...new Set(alternatives(node).map(labelOfOne))].join(' or ');
}

function labelOfOne(node: SchemaNode): string {
  if (node.writeOnly === true) return 'secret';
  if (node.type === 'array') return `list of ${node.items === undefined ? 'anything' : label(node.items)}`;
  if (node.const !== undefined) return code(show(node.const));
  if (node.enum !== undefined) return node.enum.map((value) => code(show(value))).join(', ');
  return patterns.get(node.pattern) ?? types[node.type ?? ''] ?? 'anything';
}
