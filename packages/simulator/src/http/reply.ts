import type { Fact, Reply } from '../venue.ts';

/** A JSON reply from a value. */
export function json(value: unknown, facts: readonly Fact[] = [], status = 200): Reply {
  return { status, contentType: 'application/json; charset=utf-8', body: JSON.stringify(value), facts };
}

/** A plain text reply. */
export function text(status: number, body: string): Reply {
  return { status, contentType: 'text/plain; charset=utf-8', body };
}

/** The kind of page that a content network puts in place of an answer. */
export function page(status: number, title: string, message: string): Reply {
  const body = `<!DOCTYPE html>\n<html><head><title>${title}</title></head>\n<body><h1>${title}</h1><p>${message}</p></body></html>\n`;
  return { status, contentType: 'text/html', body };
}

/** A fact from a row of a reply: picks the named fields, numbers as their digits. */
export function fact(
  about: Pick<Fact, 'dataset' | 'kind' | 'symbol' | 'time' | 'row'>,
  source: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Fact {
  const fields: Record<string, string | null> = {};
  for (const name of names) {
    const value = source[name];
    if (value !== undefined) fields[name] = value === null ? null : String(value);
  }
  return { ...about, fields };
}
