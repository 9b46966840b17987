import * as z from 'zod';
import { awsSettings } from './aws.ts';
import { cloudwatch } from './cloudwatch.ts';
import { compaction } from './compaction.ts';
import { type ExchangeFacts, exchanges } from './exchange.ts';
import { lake, stateDirectory } from './lake.ts';
import { listenApart } from './listeners.ts';
import { proxies } from './proxy.ts';
import { api, health, log } from './services.ts';
import { snapshots } from './snapshots.ts';
import { streamer } from './streamer.ts';

/** All of the settings, given what is known of the exchanges. */
export const configSchema = (known: Readonly<Record<string, ExchangeFacts>>) =>
  z
    .strictObject({
      lake,
      state_dir: stateDirectory,
      exchanges: exchanges(known),
      proxy: proxies,
      snapshots,
      streamer,
      compaction,
      health,
      api,
      cloudwatch,
      aws: awsSettings,
      log,
    })
    .refine(listenApart, {
      path: ['api', 'port'],
      error: 'another port than `health.port`, as both are on one address, or 0 for any free one',
      when: () => true,
    });

type Frozen<Type> = Type extends object ? { readonly [Key in keyof Type]: Frozen<Type[Key]> } : Type;

/** The settings in force: validated, with all defaults, deeply frozen. Keys are those of the YAML file. */
export type Config = Frozen<z.output<ReturnType<typeof configSchema>>>;

/** What a source may say: any part of the settings. */
export type ConfigInput = Frozen<z.input<ReturnType<typeof configSchema>>>;

/** The settings of one exchange. */
export type ExchangeConfig = Config['exchanges'][string];
