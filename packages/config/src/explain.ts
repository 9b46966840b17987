import { isDecimal } from '@feedlake/schema';
import type { z } from 'zod';
import { expectation } from './expectation.ts';
import type { Complaint } from './names.ts';
import { nearest } from './nearest.ts';
import { alternatives, knownKeys, nodeAt, type Path, type SchemaNode } from './schema/node.ts';
import { durationShape, durationWords } from './schema/text.ts';

type Issue = z.core.$ZodIssue;

/**
 * Says in plain words what a validation found: what was expected, the shape of what was given, how to mend it. Values
 * are never repeated, as any of them may be a secret in the wrong place.
 */
export function explain(issues: readonly Issue[], input: unknown, schema: SchemaNode): Complaint[] {
  return issues.flatMap((issue) => single(issue, [])).flatMap(({ issue, path }) => say(issue, path, input, schema));
}

interface Located {
  readonly issue: Issue;
  readonly path: Path;
}

/** Of the alternatives that a value could have followed, complains about those whose type it has. */
function single(issue: Issue, above: Path): Located[] {
  const path = [...above, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))];
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ issue, path }];
  const meant = issue.errors.find((issues) => !issues.some(({ code, path: at }) => at.length === 0 && isMisfit(code)));
  return meant === undefined ? [{ issue, path }] : meant.flatMap((inner) => single(inner, path));
}

const isMisfit = (code: Issue['code']): boolean => code === 'invalid_type' || code === 'invalid_value';

function say(issue: Issue, path: Path, input: unknown, schema: SchemaNode): Complaint[] {
  const node = nodeAt(schema, path);
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(node);
    return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(key, known) }));
  }
  const given = path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    input,
  );
  if (node?.pattern === durationShape.source && isNumber(given)) {
    return [{ path, message: `expected ${durationWords}, given a number without a unit; add the one that is meant` }];
  }
  const near =
    typeof given === 'string' && issue.code === 'invalid_value' ? nearest(given, issue.values.map(String)) : null;
  const mend = near === null ? mending(node, given) : `did you mean \`${near}\`?`;
  return [{ path, message: `expected ${expectation(issue)}, given ${shape(given)}; ${mend}` }];
}

/** Also one that a variable or quotes made a text. */
const isNumber = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && isDecimal(value));

function unknownKey(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  if (near !== null) return `unknown key; did you mean \`${near}\`?`;
  return known.length === 0 ? 'unknown key; remove it' : `unknown key; known here: ${known.join(', ')}`;
}

/** What a value looks like, without telling anything of it. */
function shape(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (value === '') return 'an empty text';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  const kinds: Readonly<Record<string, string>> = { string: 'a text', number: 'a number', boolean: 'a truth value' };
  return kinds[typeof value] ?? 'a mapping';
}

function mending(node: SchemaNode | null, given: unknown): string {
  if (given === undefined) return 'add it';
  const options = node === null ? [] : alternatives(node);
  const isFreeText = ({ type, pattern }: SchemaNode) => type === 'string' && pattern === undefined;
  if (typeof given === 'number' && options.some(isFreeText)) return 'put it in quotes';
  if (node?.examples?.[0] !== undefined) return `write for example \`${example(node.examples[0])}\``;
  const fallback = node?.default;
  if (fallback === undefined || typeof fallback === 'object') return 'correct it or remove it';
  return `correct it, or remove it for the default \`${String(fallback)}\``;
}

const example = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
