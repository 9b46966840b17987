import type { z } from 'zod';

const types: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: '`true` or `false`',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

/** What a validation expected of a value, in plain words: `a text`, `at least 60`, `one of `a`, `b``. */
export function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return types[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return `${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map((value) => `\`${String(value)}\``).join(', ')}`;
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${amount(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `${issue.inclusive === false ? 'less than' : 'at most'} ${amount(issue.maximum, issue.origin)}`;
    case 'invalid_union': {
      const phrases = issue.errors.flatMap(([first]) => (first === undefined ? [] : [expectation(first)]));
      return [...new Set(phrases)].join(' or ');
    }
    default:
      return issue.message;
  }
}

function amount(bound: number | bigint, origin: string): string {
  const isOne = Number(bound) === 1;
  if (origin === 'string') return isOne ? '1 character' : `${bound} characters`;
  if (origin === 'array') return isOne ? '1 entry' : `${bound} entries`;
  return String(bound);
}
