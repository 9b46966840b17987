import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type QueryResult, query, queryToParquet, toCsv, toJson, toNdjson } from '@feedlake/lake';
import type { Context } from '../context.ts';
import { exitCode, UsageError } from '../exit.ts';
import { renderTable } from '../output/table.ts';
import { writeAll } from '../output/write.ts';

export interface QueryOptions {
  readonly format: string;
  readonly output?: string;
}

const formats: Readonly<Record<string, (result: QueryResult) => string>> = {
  table: toTable,
  json: toJson,
  ndjson: toNdjson,
  csv: toCsv,
};

/**
 * `feedlake query`: one SELECT over the lake.
 * @returns the exit code.
 * @throws QueryError when the SQL is wrong, StoreError when the lake can't be read, UsageError for a wrong option.
 */
export async function queryCommand(context: Context, sql: string, { format, output }: QueryOptions): Promise<number> {
  const options = { cacheFolder: join(context.config.state_dir, 'cache', 'objects'), signal: context.signal };
  if (format === 'parquet') {
    if (output === undefined) throw new UsageError('--format parquet needs --output FILE');
    const rows = await queryToParquet(context.lake(), sql, output, options);
    context.say(`${rows} rows in ${output}`);
    return exitCode.ok;
  }
  const write = formats[format];
  if (write === undefined) {
    throw new UsageError(`--format ${format}: choose one of ${[...Object.keys(formats), 'parquet'].join(', ')}`);
  }
  const lake = context.lake();
  const result = await query(lake, sql, options);
  if (result.rows.length === 0 && (await lake.objects().next()).done) {
    context.complain(`there is nothing in the lake ${context.config.lake}`);
  }
  if (output === undefined) await writeAll(context.streams.stdout, [write(result)]);
  else await writeFile(output, write(result));
  if (output !== undefined) context.say(`${result.rows.length} rows in ${output}`);
  return exitCode.ok;
}

const numeric = /^(DOUBLE|FLOAT|DECIMAL|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?)/;

function toTable({ columns, rows }: QueryResult): string {
  if (rows.length === 0) return 'no rows\n';
  return renderTable(
    columns.map(({ name, type }) => ({ title: name, align: numeric.test(type) ? 'right' : 'left' })),
    rows.map((row) => row.map((value) => (value === null ? '-' : String(value)))),
  );
}
