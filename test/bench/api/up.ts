/** What `up` does, with streams of simulated exchanges and the API: prints how the streamer's thread fares, each time it is told to. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { type ConfigInput, loadConfig } from '@feedlake/config';
import { nativeOptions } from '@feedlake/exchanges';
import { createLogger } from '@feedlake/telemetry';
import { claimInstance } from '../../../packages/cli/src/instance/instance.ts';
import { planOf } from '../../../packages/cli/src/up/plan.ts';
import { startService } from '../../../packages/cli/src/up/service.ts';

const code = JSON.parse(process.argv[2] ?? '') as ConfigInput & { state_dir: string };
const { config } = loadConfig({ environment: {}, folder: code.state_dir, code, extensions: nativeOptions });
const instance = await claimInstance(config.state_dir, { writer: 'bench', version: '0', lake: config.lake });
const end = new AbortController();
const logger = createLogger({ level: 'error' });
const service = await startService({
  config,
  plan: planOf(config),
  instance,
  logger,
  version: '0',
  signal: end.signal,
});
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
process.stdout.write(`${JSON.stringify({ url: service.api?.url })}\n`);

for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'end') break;
  const { feeds } = service.report.health();
  const sample = {
    p50: delay.percentile(50) / 1e6,
    p99: delay.percentile(99) / 1e6,
    max: delay.max / 1e6,
    rss: process.memoryUsage.rss() / 1e6,
    rows: feeds.reduce((sum, feed) => sum + feed.rows_per_second, 0),
    lag: Math.max(...feeds.map((feed) => feed.lag_seconds)) * 1000,
    states: [...new Set(feeds.map((feed) => feed.state))].join(' '),
  };
  delay.reset();
  process.stdout.write(`${JSON.stringify(sample)}\n`);
}
end.abort();
await service.close();
await instance.release();
process.exit(0);
