import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Lake,
  type QueryOptions as LakeQueryOptions,
  type QueryRow,
  type QueryStream,
  queryRows,
  queryToParquet,
  resultFormats,
  resultTexts,
} from '@feedlake/lake';
import type { DatasetName } from '@feedlake/schema';
import type { Context } from '../context.ts';
import { exitCode, UsageError } from '../exit.ts';
import { countText } from '../output/numbers.ts';
import { renderTable } from '../output/table.ts';
import { writeTexts, writeWhole } from '../output/whole-file.ts';
import { writeAll } from '../output/write.ts';

export interface QueryOptions {
  readonly format: string;
  readonly output?: string;
}

/** A table is laid out when all of its rows are there, and nobody reads more of them. */
const mostShown = 1000;

/**
 * `feedlake query`: one SELECT over the lake. Rows are written as they come; a file for them is there once all are in it.
 * @returns the exit code.
 * @throws QueryError when the SQL is wrong or a file is damaged, StoreError when the lake can't be read, UsageError for
 * a wrong option.
 */
export async function queryCommand(context: Context, sql: string, { format, output }: QueryOptions): Promise<number> {
  const lake = context.lake();
  const { state_dir } = context.config;
  const options: LakeQueryOptions = {
    cacheFolder: join(state_dir, 'cache', 'objects'),
    ...(existsSync(state_dir) && { spillFolder: join(state_dir, 'query.tmp') }),
    signal: context.signal,
    onNothing: (datasets) => complainOfNothing(context, lake, datasets),
  };
  if (format === 'parquet') {
    if (output === undefined) throw new UsageError('--format parquet needs --output FILE');
    const rows = await writeWhole(output, (path) => queryToParquet(lake, sql, path, options));
    context.say(`${rows} rows in ${output}`);
    return exitCode.ok;
  }
  const textsOf = textFormat(format, context);
  if (output === undefined) {
    const { stdout } = context.streams;
    await queryRows(lake, sql, options, (stream) => writeAll(stdout, textsOf(stream)));
    return exitCode.ok;
  }
  let rows = 0;
  const count = (some: number) => {
    rows += some;
  };
  await writeWhole(output, (path) =>
    queryRows(lake, sql, options, (stream) => writeTexts(path, textsOf(counted(stream, count)))),
  );
  context.say(`${format === 'table' ? Math.min(rows, mostShown) : rows} rows in ${output}`);
  return exitCode.ok;
}

/** How a result is written in a format. */
function textFormat(format: string, context: Context): (stream: QueryStream) => AsyncIterable<string> {
  if (format === 'table') return (stream) => tableTexts(stream, context);
  const form = resultFormats.find((name) => name === format);
  if (form !== undefined) return (stream) => resultTexts(form, stream);
  throw new UsageError(`--format ${format}: choose one of ${['table', ...resultFormats, 'parquet'].join(', ')}`);
}

const numeric = /^(DOUBLE|FLOAT|DECIMAL|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?)/;

/** The first rows as a table, as soon as they are there; then the rest is counted. */
async function* tableTexts({ columns, batches }: QueryStream, context: Context): AsyncGenerator<string> {
  const shown: QueryRow[] = [];
  const table = () =>
    renderTable(
      titles,
      shown.map((row) => row.map((value) => (value === null ? '-' : String(value)))),
    );
  const titles = columns.map(
    ({ name, type }) => ({ title: name, align: numeric.test(type) ? 'right' : 'left' }) as const,
  );
  let rows = 0;
  for await (const batch of batches) {
    shown.push(...batch.slice(0, mostShown - shown.length));
    if (rows <= mostShown && rows + batch.length > mostShown) yield table();
    rows += batch.length;
  }
  if (rows <= mostShown) yield rows === 0 ? 'no rows\n' : table();
  else context.complain(`${countText(mostShown)} of ${countText(rows)} rows are shown; --format csv gives all`);
}

/** The same rows, with how many there are told of each batch. */
function counted({ columns, batches }: QueryStream, tell: (rows: number) => void): QueryStream {
  return {
    columns,
    batches: (async function* () {
      for await (const batch of batches) {
        tell(batch.length);
        yield batch;
      }
    })(),
  };
}

async function complainOfNothing(context: Context, lake: Lake, datasets: readonly DatasetName[]): Promise<void> {
  const isEmpty = (await lake.objects().next()).done === true;
  const what = isEmpty ? '' : ` of ${datasets.join(' and ')}`;
  context.complain(`there is nothing${what} in the lake ${context.config.lake}`);
}
