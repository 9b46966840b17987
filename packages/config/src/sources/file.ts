import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Document, isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Environment } from '../environment.ts';
import { ConfigError, type Problem } from '../problem.ts';
import { childOf, type Path, type SchemaNode } from '../schema/node.ts';
import { coerce } from './coerce.ts';
import { type Sourced, sourced } from './sourced.ts';
import { fillIn } from './variables.ts';

const usualName = 'feedlake.yaml';

/**
 * Which file to read: the one asked for, else `feedlake.yaml` in the folder where there is one, else none.
 * @returns its path and the name to show for it.
 */
export function findFile(asked: string | undefined, folder: string): { path: string; name: string } | null {
  if (asked !== undefined) return { path: resolve(folder, asked), name: asked };
  const path = join(folder, usualName);
  return existsSync(path) ? { path, name: usualName } : null;
}

/**
 * Reads a YAML file, with the line of every value. References to variables are filled in; those that can't be are
 * added to `problems` and their values left out.
 * @throws ConfigError when the file can't be read, is no YAML, or holds no mapping.
 */
export function readFile(
  { path, name }: { path: string; name: string },
  context: { variables: Environment; schema: SchemaNode; problems: Problem[] },
): Sourced {
  const lines = new LineCounter();
  const document = parseDocument(text(path, name), { prettyErrors: false, merge: true, lineCounter: lines });
  const lineAt = (offset: number) => `${name}:${lines.linePos(offset).line}`;
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    throw new ConfigError(
      faults.map(({ code, pos }) => ({
        path: '',
        origin: lineAt(pos[0]),
        message: `not valid YAML: ${wording(code)}`,
      })),
    );
  }
  const originOf = (at: Path) => lineAt(offsetOf(document, at));
  const content = contentOf(document, lineAt);
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    const message = 'expected a mapping of settings, such as `lake: ./lake`, at the top of the file';
    throw new ConfigError([{ path: '', origin: originOf([]), message }]);
  }
  return sourced(settle(content, context.schema, [], { ...context, originOf }), originOf);
}

/** The parser's own errors here name the alias, which may be a secret in the wrong place. */
function contentOf(document: Document.Parsed, lineAt: (offset: number) => string): unknown {
  if (document.contents === null) return {};
  try {
    return document.toJS();
  } catch {
    let offset = document.contents.range[0];
    visit(document, {
      Alias(_, alias) {
        if (alias.resolve(document) !== undefined) return undefined;
        offset = alias.range?.[0] ?? offset;
        return visit.BREAK;
      },
    });
    const message = 'an alias (`*`) or merge key (`<<`) can not be followed; put a text that starts with `*` in quotes';
    throw new ConfigError([{ path: '', origin: lineAt(offset), message }]);
  }
}

function text(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    const message = code === 'ENOENT' ? 'there is no such file; create it, or name another' : `can't be read (${code})`;
    throw new ConfigError([{ path: '', origin: name, message }]);
  }
}

/** Said in our own words: the parser's quote the text, which may hold a secret. */
function wording(code: string): string {
  const words: Readonly<Record<string, string>> = {
    BAD_ALIAS: 'an alias names no anchor before it',
    BAD_INDENT: 'the indentation does not fit the lines around it',
    BAD_SCALAR_START: 'a text starts with a reserved character; put it in quotes',
    BAD_DQ_ESCAPE: 'an unknown escape in double quotes; use single quotes',
    DUPLICATE_KEY: 'a key stands twice in one mapping',
    MISSING_CHAR: 'a quote, bracket or comma is missing',
    MULTIPLE_DOCS: 'only one document is read; remove `---` between two',
    TAB_AS_INDENT: 'a tab is used for indentation; use spaces',
    TAG_RESOLVE_FAILED: 'an unknown tag; remove the `!…`',
  };
  return words[code] ?? `it can't be parsed here (${code.toLowerCase().replaceAll('_', ' ')})`;
}

interface Settling {
  readonly variables: Environment;
  readonly problems: Problem[];
  readonly originOf: (path: Path) => string;
}

const deepest = 32;

/**
 * Fills in references, and takes a key without a value (`bybit:`) for an empty mapping where a mapping belongs and for
 * an absent key elsewhere.
 */
function settle(value: unknown, node: SchemaNode | null, path: Path, context: Settling): unknown {
  const complain = (message: string) => {
    context.problems.push({ path: path.join('.'), origin: context.originOf(path), message });
    return undefined;
  };
  if (path.length > deepest) return complain('nested too deeply; remove the alias that contains itself');
  if (value === null) return node?.type === 'object' ? {} : undefined;
  if (typeof value === 'string') {
    const filled = fillIn(value, context.variables);
    if ('complaint' in filled) return complain(filled.complaint);
    return filled.replaced ? coerce(filled.text, node) : filled.text;
  }
  if (Array.isArray(value)) {
    return value
      .map((entry, index) => settle(entry, childOf(node, index), [...path, index], context))
      .filter((entry) => entry !== undefined);
  }
  if (typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, settle(entry, childOf(node, key), [...path, key], context)]),
  );
}

/** Where in the text the key or entry at a path stands; the closest one above it where an alias or merge hides it. */
function offsetOf(document: Document.Parsed, path: Path): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? 0;
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(key),
      );
      if (!isScalar(pair?.key)) return offset;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = rangeStart(node) ?? offset;
    } else return offset;
  }
  return offset;
}

function rangeStart(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined;
}
