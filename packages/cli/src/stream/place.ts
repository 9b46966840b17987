import { join } from 'node:path';
import type { Config } from '@feedlake/config';
import manifest from '../../package.json' with { type: 'json' };
import { AlreadyRunningError, claimInstance, type Instance } from '../instance/instance.ts';
import type { Chosen } from './choose.ts';

/** So many commands can store at once on one machine. */
const most = 100;

/** A `state_dir` and a name as writer for one command, beside those of `up`, which may run at the same time. */
export interface Place {
  readonly instance: Instance;
  readonly stateDir: string;
  readonly writer: string;
}

/**
 * Takes the first place that is free. What a command that was killed has left in it is taken up with it.
 * @throws AlreadyRunningError when all are taken.
 */
export async function claimPlace({ state_dir, streamer, lake }: Config): Promise<Place> {
  for (let number = 1; ; number += 1) {
    const stateDir = join(state_dir, `stream-${number}`);
    const writer = `${streamer.writer}-stream-${number}`;
    try {
      const instance = await claimInstance(stateDir, { writer, version: manifest.version, lake });
      return { instance, stateDir, writer };
    } catch (error) {
      if (!(error instanceof AlreadyRunningError) || number >= most) throw error;
    }
  }
}

/** The settings for streaming one dataset of what was chosen, whatever is streamed otherwise. */
export function settingsFor(
  config: Config,
  channel: Config['exchanges'][string]['channels'][number],
  chosen: readonly Chosen[],
  place: Place | null,
): Config {
  const exchanges = chosen.flatMap(({ exchange, symbols }) => {
    const settings = config.exchanges[exchange];
    return settings === undefined ? [] : [[exchange, { ...settings, enabled: true, symbols, channels: [channel] }]];
  });
  return {
    ...config,
    state_dir: place?.stateDir ?? config.state_dir,
    exchanges: Object.fromEntries(exchanges),
    streamer: {
      ...config.streamer,
      writer: place?.writer ?? config.streamer.writer,
      shard: { index: 0, count: 1 },
    },
  };
}
