import * as z from 'zod';
import type { AnyOperation, ResponseDescription } from './operation.ts';

const description = `What a feedlake lake has, and what it is to fetch.

**Numbers are exact.** Prices, sizes, rates and amounts are decimals and stand as texts (\`"0.0001"\`), since the numbers of
JSON lose digits in most programs. Counts and widths are numbers. In an Arrow stream they are float64, as in the lake's
Parquet files, and the column \`exact\` has the texts of those that a float64 can't hold.

**Times** are ISO 8601, UTC, with microseconds. Absent is \`null\` (in CSV: empty).

**Formats** of rows go by \`Accept\`: \`application/json\`, \`application/x-ndjson\` (one object a line), \`text/csv\`,
\`application/vnd.apache.arrow.stream\`.

**Paging.** Rows come in the order of time and natural key, each fact once. Where an answer ends before the range does, a
header \`Link: <…>; rel="next"\` has the rest, in JSON also \`next\`: to be given as \`cursor\`, with the other parameters as
they were. It goes on exactly behind the last row, whatever was recorded in the meantime.`;

const securityName = 'token';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1.html) of operations, as JSON. */
export function documentOf(operations: readonly AnyOperation[], version: string): string {
  const schemas = new Schemas();
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    const { path, method } = operation;
    paths[path] = { ...paths[path], [method]: operationJson(operation, schemas) };
  }
  return JSON.stringify({
    openapi: '3.1.0',
    info: { title: 'feedlake', version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: schemas.named,
      securitySchemes: {
        [securityName]: {
          type: 'http',
          scheme: 'bearer',
          description: 'A token that `feedlake api-token create` has made, with the scope `read` or `write`',
        },
      },
    },
  });
}

function operationJson({ tag, summary, description, access, request, responses }: AnyOperation, schemas: Schemas) {
  const { query, path, body } = request?.() ?? {};
  const parameters = [...parametersJson('path', path, schemas), ...parametersJson('query', query, schemas)];
  return {
    tags: [tag],
    summary,
    description,
    security: access === 'open' ? [] : [{ [securityName]: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: schemas.jsonOf(body) } } },
    }),
    responses: Object.fromEntries(
      Object.entries(responses()).map(([status, response]) => [status, responseJson(response, schemas)]),
    ),
  };
}

function parametersJson(place: 'path' | 'query', schema: z.ZodType | undefined, schemas: Schemas): object[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemas.jsonOf(schema);
  return Object.entries(properties).map(([name, property]) => {
    const parameter = property as JsonSchema;
    const { description } = parameter;
    return { name, in: place, required: required.includes(name), description, schema: parameter };
  });
}

function responseJson({ description, headers = {}, content }: ResponseDescription, schemas: Schemas): object {
  const described = Object.entries(headers).map(([name, text]) => [
    name,
    { description: text, schema: { type: 'string' } },
  ]);
  const media = Object.entries(content).map(([type, schema]) => [type, { schema: schemas.jsonOf(schema) }]);
  return {
    description,
    ...(described.length > 0 && { headers: Object.fromEntries(described) }),
    content: Object.fromEntries(media),
  };
}

/** JSON Schemas of zod's. Those with an id are named, and stand in one place. */
class Schemas {
  readonly named: Record<string, JsonSchema> = {};

  jsonOf(schema: z.ZodType): JsonSchema {
    // What is taken in: answers are made of plain types, and may have more fields one day.
    const text = JSON.stringify(z.toJSONSchema(schema, { io: 'input' }));
    const {
      $schema: _,
      $defs = {},
      ...rest
    } = JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/'), (_key, value) => tidy(value)) as JsonSchema;
    Object.assign(this.named, $defs);
    const { id } = rest;
    if (id === undefined) return rest;
    this.named[id] = rest;
    return { $ref: `#/components/schemas/${id}` };
  }
}

/** A part of a schema, without what tells nobody anything, and said as briefly as can be. */
function tidy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const schema = value as JsonSchema;
  if (schema.type === 'integer') {
    // The text that it is in an address; and the bounds of every number of JSON.
    const { pattern: _, minimum, maximum, ...rest } = schema;
    return {
      ...rest,
      ...(minimum !== Number.MIN_SAFE_INTEGER && { minimum }),
      ...(maximum !== Number.MAX_SAFE_INTEGER && { maximum }),
    };
  }
  const [some, none, ...more] = schema.anyOf ?? [];
  const isNullable = none?.type === 'null' && more.length === 0;
  if (!isNullable || typeof some?.type !== 'string' || some.enum !== undefined) return schema;
  const { anyOf: _, ...rest } = schema;
  return { ...some, ...rest, type: [some.type, 'null'] };
}
