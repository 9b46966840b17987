/** The streamer, from sockets to Parquet in a folder. Prints what it used, then what is in the lake at its end. */
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Streamer } from '@feedlake/collector';
import { loadConfig } from '@feedlake/config';
import { nativeOptions } from '@feedlake/exchanges';
import { createLogger } from '@feedlake/telemetry';
import { measure, type Work } from './measure.ts';

const { rest, websocket, symbols, channels, folder } = JSON.parse(process.argv[2] ?? '') as Work;
const { config } = loadConfig({
  environment: {},
  folder,
  extensions: nativeOptions,
  code: {
    lake: join(folder, 'lake'),
    state_dir: join(folder, 'state'),
    exchanges: {
      binance: { symbols: [...symbols], channels: channels as ['trades'], endpoints: { rest, websocket } },
    },
  },
});
const streamer = await Streamer.open({ config, exchanges: ['binance'], logger: createLogger({ level: 'error' }) });
streamer.start();
const lines = createInterface({ input: process.stdin });
const sum = (of: (stats: { messages: number }) => number) =>
  streamer.exchanges.reduce(
    (total, { sessions }) => [...sessions.values()].reduce((part, session) => part + of(session.stats()), total),
    0,
  );
await measure(lines, () => sum(({ messages }) => messages));
// Nothing more is sent by then.
await once(lines, 'line');
const closing = { wall: performance.now(), cpu: process.cpuUsage() };
const complete = await streamer.close();
const cpu = process.cpuUsage(closing.cpu);
const rows = [...streamer.recorder.ledger.entries].reduce((total, entry) => total + entry.total, 0);
process.stdout.write(
  `${JSON.stringify({ complete, rows, closeMs: performance.now() - closing.wall, closeCpuMs: (cpu.user + cpu.system) / 1000 })}\n`,
);
lines.close();
