import * as z from 'zod';

/** Building blocks of the settings: texts with a form, and lists that may be written as a single value. */

const userinfo = String.raw`(?:(?:[^\s:@/?#%]|%[0-9A-Fa-f]{2})*(?::(?:[^\s@/?#%]|%[0-9A-Fa-f]{2})*)?@)?`;
const host = String.raw`(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_.])?)`;
const port = String.raw`(?:6553[0-5]|655[0-2]\d|65[0-4]\d{2}|6[0-4]\d{3}|[1-5]\d{4}|[1-9]\d{0,3})`;
const authority = `${userinfo}${host}`;

/** A whole number with a unit: `500ms`, `10s`, `5m`, `1h`, `1d`. {@link milliseconds} reads it. */
export const durationShape = /^[1-9]\d*(?:ms|s|m|h|d)$/;
export const durationWords = 'a duration such as `500ms`, `10s`, `5m`, `1h` or `1d`';
export const duration = () => z.string().regex(durationShape, durationWords);

/** A size in bytes, as a number or with a unit: `64MB` (10^6), `64MiB` (2^20). {@link bytes} reads it. */
export const sizeShape = /^[1-9]\d*(?:B|kB|MB|GB|KiB|MiB|GiB)$/;
export const size = () =>
  z.union([z.int().positive(), z.string().regex(sizeShape, 'a size such as `64MB`, `64MiB` or a number of bytes')]);

/** The id of an exchange, as it appears in paths of the lake. */
export const exchangeId = /^[a-z0-9]+(?:[_-][a-z0-9]+)*$/;

export const proxyShape = new RegExp(`^(?:direct|(?:https?|socks(?:4a?|5h?))://${authority}:${port}/?)$`);
const proxySchemes = ['http', 'https', 'socks4', 'socks4a', 'socks5', 'socks5h'];

/** A proxy's URL, or `direct`. The complaint names what is wrong with it and repeats nothing of it. */
export const proxy = () => z.string().regex(proxyShape, { error: (issue) => proxyComplaint(String(issue.input)) });

function proxyComplaint(text: string): string {
  const scheme = /^([^:/]*):\/\//.exec(text)?.[1];
  if (scheme === undefined) return 'a proxy URL `scheme://[user:password@]host:port`, or `direct`';
  if (!proxySchemes.includes(scheme)) return `a proxy URL whose scheme is one of ${proxySchemes.join(', ')}`;
  return 'a proxy URL with host and port, special characters of user and password percent-encoded, and no path';
}

/** The base URL of an API, of one of these schemes, to which paths can be added. */
export const baseUrl = (...schemes: [string, string]) =>
  z
    .string()
    .regex(
      new RegExp(`^(?:${schemes.join('|')})://${authority}(?::${port})?(?:/[^\\s?#]*)?$`),
      `a base URL \`${schemes.join('://…` or `')}://…\`, without query`,
    );

/** A non-empty list that may be written as its only entry. It is always read as a list. */
export const oneOrMore = <Schema extends z.ZodType>(item: Schema) =>
  z
    .union([item, z.array(item).min(1)])
    .transform((value): z.output<Schema>[] => (Array.isArray(value) ? value : [value as z.output<Schema>]));

/** `all`, or names. A single name may be written without a list. */
export const allOrNames = () =>
  z
    .union([z.literal('all'), z.array(z.string().min(1)).min(1), z.string().min(1)])
    .transform((value): 'all' | string[] => (value === 'all' || Array.isArray(value) ? value : [value]));

/** A text that is never shown. `writeOnly` is JSON Schema's annotation for that. */
export const secret = () => z.string().min(1).meta({ writeOnly: true });
