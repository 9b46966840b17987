/** The streamer of the soak: prints what it uses, a JSON object a line, until it is told to end. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Streamer } from '@feedlake/collector';
import { type ConfigInput, loadConfig } from '@feedlake/config';
import { nativeOptions } from '@feedlake/exchanges';
import { createLogger } from '@feedlake/telemetry';

const { exchanges, folder, everyMs } = JSON.parse(process.argv[2] ?? '') as {
  exchanges: ConfigInput['exchanges'];
  folder: string;
  everyMs: number;
};
const code: ConfigInput = { lake: join(folder, 'lake'), state_dir: join(folder, 'state'), exchanges };
const { config } = loadConfig({ environment: {}, folder, code, extensions: nativeOptions });
const warnings: string[] = [];
const logger = createLogger({ level: 'warn', stream: { write: (line) => warnings.push(JSON.parse(line).message) } });
const streamer = await Streamer.open({ config, exchanges: Object.keys(exchanges ?? {}), logger });
streamer.start();
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

function openFiles(): number | null {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return null;
  }
}

setInterval(() => {
  const { rss, heapUsed, external } = process.memoryUsage();
  const entries = [...streamer.recorder.ledger.entries];
  const sample = {
    rss,
    heapUsed,
    external,
    files: openFiles(),
    resources: process.getActiveResourcesInfo().length,
    rows: entries.reduce((sum, entry) => sum + entry.total, 0),
    openGaps: entries.filter(({ gaps }) => gaps.size > 0).length,
    waiting: streamer.recorder.waiting.count,
    delayP99Ms: delay.percentile(99) / 1e6,
    warnings: warnings.splice(0),
  };
  delay.reset();
  process.stdout.write(`${JSON.stringify(sample)}\n`);
}, everyMs);

process.on('SIGTERM', async () => {
  const complete = await streamer.close();
  process.stdout.write(`${JSON.stringify({ complete })}\n`);
  process.exit(0);
});
