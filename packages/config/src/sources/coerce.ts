import { isDecimal } from '@feedlake/schema';
import { alternatives, childOf, type SchemaNode } from '../schema/node.ts';

const booleans: Readonly<Record<string, boolean>> = { true: true, false: false, '1': true, '0': false };

/**
 * Reads a text from outside (a variable, a flag) as the type that the schema has at its place: numbers, `true` and
 * `false`, lists (separated by commas, or JSON), mappings (JSON). What doesn't fit stays a text, for the validation to
 * refuse. Where the schema takes anything, JSON scalars are read and the rest is text.
 */
export function coerce(text: string, node: SchemaNode | null): unknown {
  const options = node === null ? [{}] : alternatives(node);
  const has = (type: string) => options.some((option) => option.type === type);
  if (options.some((option) => option.type === undefined)) return /^[[{]/.test(text) ? json(text) : scalar(text);
  if (has('object') && text.startsWith('{')) return json(text);
  if (has('array') && text.startsWith('[')) return json(text);
  if (options.some((option) => option.const === text || option.enum?.includes(text))) return text;
  if (has('boolean')) {
    const flag = booleans[text.toLowerCase()];
    if (flag !== undefined) return flag;
  }
  if ((has('number') || has('integer')) && isDecimal(text)) return Number(text);
  if (!has('array')) return text;
  const entries = split(text);
  if (entries.length === 1 && has('string')) return text;
  const item = node === null ? null : childOf(node, 0);
  return entries.map((entry) => coerce(entry, item));
}

/** Splits a list at its commas. A URL may hold commas itself, so among URLs only those before the next one count. */
function split(text: string): string[] {
  const comma = text.includes('://') ? /,(?=\s*(?:direct\b|[a-z][a-z\d+.-]*:\/\/))/i : ',';
  return text
    .split(comma)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function scalar(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  return isDecimal(text) && String(Number(text)) === text ? Number(text) : text;
}
