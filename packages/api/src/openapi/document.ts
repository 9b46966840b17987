import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnvironment } from '../http/environment.ts';

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

/** The OpenAPI document of an app. It is made when it is first asked for. */
export function documentOf(app: OpenAPIHono<ApiEnvironment>, version: string): () => string {
  let json: string | null = null;
  app.openAPIRegistry.registerComponent('securitySchemes', securityName, {
    type: 'http',
    scheme: 'bearer',
    description: 'A token that `feedlake api-token create` has made, with the scope `read` or `write`',
  });
  const info = { title: 'feedlake', version, description, license: { name: 'MIT', identifier: 'MIT' } };
  return () => {
    json ??= JSON.stringify(app.getOpenAPI31Document({ openapi: '3.1.0', info, servers: [{ url: '/' }] }));
    return json;
  };
}

const securityName = 'token';
/** Of an operation that needs a token. */
export const security = [{ [securityName]: [] }];
