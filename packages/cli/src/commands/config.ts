import { jsonSchema, settingsOf } from '@feedlake/config';
import { nativeOptions } from '@feedlake/exchanges';
import type { Context } from '../context.ts';
import { exitCode, UsageError } from '../exit.ts';
import { renderTable } from '../output/table.ts';

/** `feedlake config show`: every setting in force, with where it came from; secrets masked. */
export function configShow(context: Context, { format }: { format: string }): number {
  const settings = settingsOf(context.loaded);
  if (format === 'json') {
    context.streams.stdout.write(`${JSON.stringify(settings, null, 2)}\n`);
  } else if (format === 'table') {
    const rows = settings.map(({ path, value, origin }) => [path, valueText(value), origin]);
    context.streams.stdout.write(renderTable([{ title: 'setting' }, { title: 'value' }, { title: 'from' }], rows));
  } else throw new UsageError(`--format ${format}: choose one of table, json`);
  return exitCode.ok;
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '-');
}

/** `feedlake config validate`: whether the settings hold. That they could be loaded says so. */
export function configValidate(context: Context): number {
  const { file } = context.loaded;
  context.streams.stdout.write(`the settings are valid (${file ?? 'no file: defaults and environment'})\n`);
  return exitCode.ok;
}

/** `feedlake config schema`: the JSON Schema of the settings, with the options of the native adapters, for editors. */
export function configSchema(stdout: NodeJS.WritableStream): number {
  stdout.write(`${JSON.stringify(jsonSchema(nativeOptions), null, 2)}\n`);
  return exitCode.ok;
}
