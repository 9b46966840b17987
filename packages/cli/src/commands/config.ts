import { type Config, jsonSchema, milliseconds, settingsOf } from '@feedlake/config';
import { nativeAdapters, nativeOptions } from '@feedlake/exchanges';
import type { Context } from '../context.ts';
import { exitCode, UsageError } from '../exit.ts';
import { renderTable } from '../output/table.ts';
import { type Plan, planOf } from '../up/plan.ts';

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

/**
 * `feedlake config validate`: whether the settings hold (that they could be loaded says so), and whether `up` takes them. What
 * `up` would leave out is said.
 * @throws UsageError when `up` would refuse them.
 */
export function configValidate(context: Context): number {
  const { config, file } = context.loaded;
  const { streamed, notices } = planFor(config);
  context.streams.stdout.write(`the settings are valid (${file ?? 'no file: defaults and environment'})\n`);
  for (const notice of [...notices, ...notStreamed(config, streamed)]) context.say(notice);
  return exitCode.ok;
}

function planFor(config: Config): Plan {
  try {
    return planOf(config);
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`\`up\` would refuse these settings: ${error.message}`) : error;
  }
}

/** The channels that their exchange does not stream, each with the way out. */
function notStreamed({ exchanges }: Config, streamed: readonly string[]): string[] {
  return streamed.flatMap((id) => {
    const { exchange = id, channels = [], candle_intervals: widths = [], options = {} } = exchanges[id] ?? {};
    const wanted = { options, candleSeconds: widths.map((width) => milliseconds(width) / 1000) };
    return channels.flatMap((dataset) => {
      const topics = nativeAdapters[exchange]?.streams.topics(dataset, [], wanted) ?? [];
      // What the venue lacks of candles is a width of them.
      const setting = dataset === 'candles' ? 'candle_intervals' : 'channels';
      return 'notOffered' in topics ? [`exchanges.${id}.${setting}: ${topics.notOffered}`] : [];
    });
  });
}

/** `feedlake config schema`: the JSON Schema of the settings, with the options of the native adapters, for editors. */
export function configSchema(stdout: NodeJS.WritableStream): number {
  stdout.write(`${JSON.stringify(jsonSchema(nativeOptions), null, 2)}\n`);
  return exitCode.ok;
}
