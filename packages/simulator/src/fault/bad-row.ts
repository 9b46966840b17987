import type { Reply } from '../venue.ts';

/** The fields without which a row says nothing, under the names that the venues use. */
const mainValues = new Set([
  'openInterest',
  'singleOpenInterest',
  'sumOpenInterest',
  'fundingRate',
  'lastFundingRate',
  'funding',
  'price',
  'p',
  'px',
]);

type Row = Record<string, unknown>;

/**
 * The reply with the main values of one of its rows replaced; the other rows are untouched, and so are the facts about
 * them. A fact about the whole reply goes. A reply without rows stays as it is.
 * @param row which one, from 0; null = the middle one.
 */
export function withBadRow(reply: Reply, row: number | null, value: string | number | null): Reply {
  const body: unknown = JSON.parse(reply.body);
  const rows = rowsIn(body);
  const position = row ?? Math.floor(rows.length / 2);
  const target = rows[position];
  if (target === undefined) return reply;
  const spoiled = Object.keys(target).filter((name) => mainValues.has(name));
  for (const name of spoiled) target[name] = value;
  const facts = reply.facts ?? [];
  const ofWholeReply = facts.length === 1 && rows.length > 1;
  const standing = facts.filter((fact) => fact.row !== position || !spoiled.some((name) => name in fact.fields));
  return { ...reply, body: JSON.stringify(body), facts: ofWholeReply ? [] : standing };
}

/** The longest list of objects that have a main value, wherever it is in the body; a body that is one row is a list of it. */
function rowsIn(value: unknown): Row[] {
  if (Array.isArray(value)) {
    if (value.some(isRow)) return value as Row[];
    return value.map(rowsIn).reduce((a, b) => (b.length > a.length ? b : a), []);
  }
  if (typeof value !== 'object' || value === null) return [];
  if (isRow(value)) return [value];
  return rowsIn(Object.values(value));
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && Object.keys(value).some((name) => mainValues.has(name));
}
