import type { BackfillWanted } from '@feedlake/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { noon, servedApi } from '../../support/api.ts';
import { openInterest, trade } from '../../support/lake.ts';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly (string | number | boolean)[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly example?: unknown;
}

interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path';
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Operation {
  readonly security: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>>; readonly securitySchemes: object };
}

/** An API over a small lake whose work is done by nobody. */
async function described() {
  const taken = {
    outcome: 'taken',
    time: noon,
    rows: 1,
    objects: [],
    failures: [],
    rejected: [],
    notices: [],
  } as const;
  const backfill = (id: string, request: BackfillWanted) =>
    ({
      id,
      state: 'queued',
      request,
      created: noon,
      updated: noon,
      done: 0,
      total: null,
      fetched: 0,
      failures: [],
    }) as const;
  const wanted: BackfillWanted = {
    exchange: 'binance',
    dataset: 'funding_rates',
    symbols: ['BTC-USDT-PERP'],
    from: noon - 5_000_000,
    to: noon,
    periodSeconds: null,
  };
  const served = await servedApi({
    more: () => ({
      snapshots: { take: async () => taken },
      backfills: {
        create: async (request) => backfill('new', request),
        status: async () => null,
        newest: async () => [backfill('old', wanted)],
      },
    }),
  });
  await served.lake.write('trades', 'binance', 'segment-a', [
    trade('1', noon - 5_000_000),
    trade('2', noon - 4_000_000),
  ]);
  await served.lake.write('open_interest', 'binance', 'segment-a', [openInterest(noon - 5_000_000)]);
  const document = (await (await served.ask('/openapi.json', { token: null })).json()) as Document;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  return { ...served, document, operations };
}

/** Values of a schema, as texts where they stand in an address. */
function valueFor(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(valueFor));
  switch (schema.type) {
    case 'integer':
      return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1_000_000 });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(valueFor(schema.items ?? {}), { minLength: 1, maxLength: 3 });
    case 'object':
      return objectOf(schema);
    default:
      return schema.example === undefined ? fc.stringMatching(/^[a-zA-Z0-9]{1,12}$/) : fc.constant(schema.example);
  }
}

function objectOf({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> {
  const shape = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, fitting[name] ?? valueFor(schema)]),
  );
  return fc.record(shape, { requiredKeys: [...required] });
}

const nonsense = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '0',
    '-1',
    'null',
    '[]',
    '1e309',
    '9'.repeat(400),
    "'; DROP TABLE trades; --",
    '../..',
    '2026-13-45',
    'NaN',
  ),
);
const anything = fc.oneof(nonsense, fc.anything({ maxDepth: 2, withNullPrototype: false }));

/** Values that fit each other, and the time of the test. */
const fitting: Readonly<Record<string, fc.Arbitrary<string>>> = {
  from: fc.constantFrom('2026-03-27', '2026-03-28T00:00:00Z', '2026-03-28T09:59:59.999999+01:00'),
  to: fc.constantFrom('2026-03-28', '2026-03-28T12:00:00Z'),
};

/** A request of an operation: as the document has it, or with something wrong in it. */
function requestOf(path: string, { parameters = [], requestBody }: Operation) {
  const isWrong = fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
  const fields = Object.fromEntries(
    parameters.map(({ name, in: place, required, schema }) => {
      const good = fitting[name] ?? valueFor(schema).map(String);
      const some = fc.oneof({ weight: 9, arbitrary: good }, { weight: 1, arbitrary: nonsense });
      if (name === 'cursor')
        return [name, fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: nonsense })];
      return [name, place === 'path' || required === true ? some : fc.option(some, { nil: undefined })];
    }),
  );
  const schema = requestBody?.content['application/json']?.schema;
  const body =
    schema === undefined
      ? fc.constant(undefined)
      : fc.oneof({ weight: 4, arbitrary: valueFor(schema) }, { weight: 1, arbitrary: anything });
  return fc.record({ values: fc.record(fields), body, extra: isWrong }).map(({ values, body, extra }) => {
    const query = new URLSearchParams(extra ? { 'no such': 'parameter' } : {});
    let address = path;
    for (const { name, in: place } of parameters) {
      const value = values[name];
      if (typeof value !== 'string') continue;
      if (place === 'path') address = address.replace(`{${name}}`, encodeURIComponent(value.toWellFormed()));
      else query.set(name, value);
    }
    return { address: `${address}?${query}`, body: body === undefined ? undefined : JSON.stringify(body), extra };
  });
}

test('every answer is one that the document describes', { timeout: 60_000 }, async () => {
  const { api, document, operations, tokens } = await described();
  expect(document.openapi).toBe('3.1.0');
  expect(operations.map(({ path, method }) => `${method} ${path}`).sort()).toEqual([
    'get /health',
    'get /metrics',
    'get /v1/backfills',
    'get /v1/backfills/{id}',
    'get /v1/candles',
    'get /v1/coverage',
    'get /v1/exchanges',
    'get /v1/funding-rates',
    'get /v1/liquidations',
    'get /v1/open-interest',
    'get /v1/symbols',
    'get /v1/trades',
    'post /v1/backfills',
    'post /v1/snapshots/{dataset}',
  ]);
  const schemas = new Map<Schema, z.ZodType>();
  const schemaOf = (schema: Schema) => {
    const known = schemas.get(schema) ?? z.fromJSONSchema(inlined(document, schema) as never);
    schemas.set(schema, known);
    return known;
  };
  const seen = new Map<string, Set<number>>();
  for (const { path, method, operation } of operations) {
    const property = fc.asyncProperty(
      requestOf(path, operation),
      fc.constantFrom(...rowAccepts),
      async (sent, accept) => {
        const headers = { accept, authorization: `Bearer ${tokens.both}`, 'content-type': 'application/json' };
        const init = { method: method.toUpperCase(), headers, ...(sent.body === undefined ? {} : { body: sent.body }) };
        const answer = await api.request(`http://api${sent.address}`, init);
        const about = `${method} ${sent.address} ${sent.body} -> ${answer.status}`;
        const text = await answer.text();
        // An empty part of a path, or one that is a path of its own, is another path.
        if (answer.status === 404 && !Object.hasOwn(operation.responses, '404')) {
          expect(path, about).toContain('{');
          return;
        }
        seen.set(path + method, (seen.get(path + method) ?? new Set()).add(answer.status));
        const response = operation.responses[answer.status];
        expect(response, `${about} ${text.slice(0, 300)}`).toBeDefined();
        expect(answer.status, `${about} ${text.slice(0, 300)}`).toBeLessThan(500);
        if (sent.extra && (operation.parameters ?? []).some((one) => one.in === 'query'))
          expect(answer.status, about).toBe(400);
        const type = (answer.headers.get('content-type') ?? '').split(';')[0] ?? '';
        const content = response?.content?.[type];
        expect(content, `${about} ${type}`).toBeDefined();
        if (/json$/.test(type) && type !== 'application/x-ndjson' && content !== undefined) {
          const checked = schemaOf(content.schema).safeParse(JSON.parse(text));
          expect(checked.error?.issues, `${about} ${text.slice(0, 300)}`).toBeUndefined();
        }
      },
    );
    await fc.assert(property, { numRuns: 100 });
    const anonymous = await api.request(`http://api${path.replace(/\{\w+\}/, 'x')}`, { method: method.toUpperCase() });
    expect(anonymous.status, path).toBe(operation.security.length === 0 ? 200 : 401);
  }
  // Both what is right and what is wrong was asked.
  for (const path of ['/v1/trades', '/v1/open-interest', '/v1/coverage', '/v1/symbols']) {
    expect([...(seen.get(`${path}get`) ?? [])]).toEqual(expect.arrayContaining([200, 400]));
  }
  expect([...(seen.get('/v1/backfillspost') ?? [])]).toEqual(expect.arrayContaining([202, 400]));
  expect([...(seen.get('/v1/snapshots/{dataset}post') ?? [])]).toEqual(expect.arrayContaining([200, 400]));
});

const rowAccepts = [
  'application/json',
  '*/*',
  'text/csv',
  'application/x-ndjson',
  'image/png',
  'application/vnd.apache.arrow.stream',
];

/** The schema without references. */
function inlined(document: Document, schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map((one) => inlined(document, one));
  if (typeof schema !== 'object' || schema === null) return schema;
  const reference = (schema as Schema).$ref;
  if (reference !== undefined) return inlined(document, document.components.schemas[reference.split('/').at(-1) ?? '']);
  return Object.fromEntries(
    Object.entries(schema)
      // What a format or an example says is for people.
      .filter(([key]) => !['format', 'example', 'description'].includes(key))
      .map(([key, value]) => [key, inlined(document, value)]),
  );
}
