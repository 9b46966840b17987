import type { RestReply, RestRequest } from './request.ts';

const secretName = /key|sign|secret|token|pass|auth|cookie|hmac|credential|session/i;
const hidden = '•••';

/** The path of a request for logs: the values of parameters that may be secret are hidden. */
export function safePath(path: string): string {
  const query = path.indexOf('?');
  if (query < 0) return path;
  const parameters = parametersOf(path).map(([name, value]) => {
    return secretName.test(name) && value !== null
      ? `${name}=${hidden}`
      : `${name}${value === null ? '' : `=${value}`}`;
  });
  return `${path.slice(0, query)}?${parameters.join('&')}`;
}

/** Hides the secrets of one request wherever somebody repeats them. */
export interface Redaction {
  /** In a text. */
  text(text: string): string;
  /** In a reply, before anything is made of it: what is made of it may end up in an error. */
  reply(reply: RestReply): RestReply;
}

/**
 * The secrets that a request carries in its query and its headers, in the forms in which they may come back: plain, URL-
 * and form-encoded, base64, and as within JSON.
 * @param headers those of the venue's rules
 */
export function redactionOf(request: RestRequest, headers: Readonly<Record<string, string>> = {}): Redaction {
  const forms = secretsOf(request, headers).flatMap(formsOf);
  const distinct = [...new Set(forms)].filter((form) => form !== '').sort((a, b) => b.length - a.length);
  const text = (given: string) => distinct.reduce((safe, form) => safe.replaceAll(form, hidden), given);
  return {
    text,
    reply(reply) {
      if (distinct.length === 0) return reply;
      const safeHeaders = Object.fromEntries(Object.entries(reply.headers).map(([name, value]) => [name, text(value)]));
      return { ...reply, headers: safeHeaders, text: text(reply.text), value: inStrings(reply.value, text) };
    },
  };
}

function secretsOf(request: RestRequest, headers: Readonly<Record<string, string>>): string[] {
  const query = parametersOf(request.path).flatMap(([name, value]): [string, string][] =>
    value === null || value === ''
      ? []
      : [
          [name, value],
          [name, decoded(value)],
        ],
  );
  const words = Object.entries({ ...headers, ...request.headers }).flatMap(([name, value]): [string, string][] =>
    [value, ...value.split(/\s+/)].map((word) => [name, word]),
  );
  return [...query, ...words]
    .filter(([name, value]) => secretName.test(name) && value !== '')
    .map(([, value]) => value);
}

/** Names and values as they stand in a path; a value is null where there is no `=`. */
function parametersOf(path: string): [string, string | null][] {
  const query = path.indexOf('?');
  const parameters = query < 0 ? [] : path.slice(query + 1).split('&');
  return parameters.map((parameter) => {
    const equals = parameter.indexOf('=');
    return equals < 0 ? [parameter, null] : [parameter.slice(0, equals), parameter.slice(equals + 1)];
  });
}

function decoded(value: string): string {
  return new URLSearchParams(`x=${value}`).get('x') ?? value;
}

function formsOf(given: string): string[] {
  const secret = given.toWellFormed();
  const encoded = [
    encodeURIComponent(secret),
    encodeURI(secret),
    new URLSearchParams([['', secret]]).toString().slice(1),
  ];
  const base64 = Buffer.from(secret).toString('base64');
  return [
    secret,
    ...encoded,
    ...encoded.map((text) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
    base64,
    base64.replace(/=+$/, ''),
    Buffer.from(secret).toString('base64url'),
    JSON.stringify(secret).slice(1, -1),
  ];
}

/** A JSON value with each of its strings, names included, put through `change`. */
function inStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((entry) => inStrings(entry, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [change(name), inStrings(entry, change)]));
}
