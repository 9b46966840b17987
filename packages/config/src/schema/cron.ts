/** Names of the months, and of the weekdays from 0 on, as cron expressions have them. */
export const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
export const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** Values of the five fields: minute, hour, day of the month, month, weekday (7 is Sunday as well). */
const fields = [
  { least: 0, most: 59, names: [] },
  { least: 0, most: 23, names: [] },
  { least: 1, most: 31, names: [] },
  { least: 1, most: 12, names: months },
  { least: 0, most: 6, names: days },
] as const;

const weekday = fields.length - 1;

/** Days of the longest February and of the other months. */
const lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

interface Part {
  readonly first: number;
  readonly last: number;
  readonly step: number;
}

/**
 * What a cron expression of the right form would have to have so that it comes to pass: ranges that ascend, steps within
 * their field, a date that exists. Null when it has all of it.
 */
export function cronFault(expression: string): string | null {
  const texts = expression.split(/ +/);
  const parts = texts.map((text, field) => text.split(',').map((part) => partOf(part, field)));
  if (parts.flat().some(({ first, last }) => first > last)) return 'ranges that ascend';
  const [stride] = parts.flatMap((list, field) =>
    list.flatMap(({ step }) => (step > sizeOf(field) ? [sizeOf(field)] : [])),
  );
  if (stride !== undefined) return `a step of at most ${stride} in that field`;
  // A weekday comes in every month. Where both are given, day and weekday, either is enough.
  if (texts[4] !== '*') return null;
  const dates = valuesOf(parts[2] ?? []);
  const exists = valuesOf(parts[3] ?? []).some((month) => dates.some((date) => date <= (lengths[month - 1] ?? 0)));
  return exists ? null : 'a date that exists';
}

/**
 * The values that each of the five fields of a cron expression takes, ascending, Sunday as 0; null where it takes any.
 * @param expression of the right form and without a fault, see {@link cronFault}
 */
export function cronFields(expression: string): (number[] | null)[] {
  return expression.split(/ +/).map((text, field) => {
    if (text === '*') return null;
    const values = valuesOf(text.split(',').map((part) => partOf(part, field)));
    const modulus = field === weekday ? sizeOf(field) : Number.POSITIVE_INFINITY;
    return [...new Set(values.map((value) => value % modulus))].sort((one, other) => one - other);
  });
}

function partOf(text: string, field: number): Part {
  const [range = '', step = '1'] = text.split('/');
  const { least = 0, most = 0 } = fields[field] ?? {};
  if (range === '*') return { first: least, last: most, step: Number(step) };
  const [from = '', to = from] = range.split('-');
  const first = numberOf(from, field);
  const last = numberOf(to, field);
  return { first, last: to === 'SUN' && to !== from ? 7 : last, step: Number(step) };
}

function numberOf(text: string, field: number): number {
  const { least = 0, names = [] } = fields[field] ?? {};
  const place = (names as readonly string[]).indexOf(text);
  return place < 0 ? Number(text) : place + least;
}

function sizeOf(field: number): number {
  const { least = 0, most = 0 } = fields[field] ?? {};
  return most - least + 1;
}

function valuesOf(parts: readonly Part[]): number[] {
  return parts.flatMap(({ first, last, step }) =>
    Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step),
  );
}
