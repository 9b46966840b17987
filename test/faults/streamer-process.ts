/**
 * A streamer as a process of its own, to be killed. Says on its standard output what it has come to, a word a line, so that
 * it can be killed right then. SIGTERM ends it cleanly.
 */
import { Streamer } from '@feedlake/collector';
import { type ConfigInput, loadConfig } from '@feedlake/config';
import { nativeOptions } from '@feedlake/exchanges';
import { createLogger } from '@feedlake/telemetry';

const { code, folder } = JSON.parse(process.argv[2] ?? '') as { code: ConfigInput; folder: string };
const say = (word: string) => process.stdout.write(`${word}\n`);
const { config } = loadConfig({ environment: {}, folder, code, extensions: nativeOptions });
say('loaded');
const logger = createLogger({ level: 'debug', stream: { write: (line) => note(JSON.parse(line).message) } });
const opening = Streamer.open({ config, exchanges: Object.keys(code.exchanges ?? {}), logger });
say('recovering');
const streamer = await opening;
say('recovered');
streamer.start();
const flush = streamer.recorder.flush.bind(streamer.recorder);
setInterval(async () => {
  say('flushing');
  await flush();
  say('flushed');
}, 100);
process.on('SIGTERM', async () => {
  const complete = await streamer.close();
  say(complete ? 'complete' : 'incomplete');
  process.exit(0);
});

function note(message: string): void {
  if (message.includes('are in the lake')) say('sealed');
  else if (message.startsWith('taking up')) say('taking-up');
}
