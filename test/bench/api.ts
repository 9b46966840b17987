/**
 * The HTTP API of `up` under load, beside streams of four simulated exchanges: how quickly it answers, what it takes of
 * memory, and how long the event loop of the streamer is held up meanwhile. Exchanges, `up` and the load are processes of their
 * own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { createToken, hashToken } from '@feedlake/api';
import { Lake, openStore } from '@feedlake/lake';
import { day, minute, now, type Row, second } from '@feedlake/schema';

/** The part of autocannon that is used here; it comes without types. */
interface Load {
  readonly requests: { readonly average: number };
  readonly latency: { readonly p50: number; readonly p99: number };
  readonly throughput: { readonly average: number };
  readonly non2xx: number;
}

interface Sample {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly rss: number;
  readonly rows: number;
  readonly lag: number;
  readonly states: string;
}

const cannon = createRequire(import.meta.url)('autocannon') as (options: object) => Promise<Load>;
const seconds = Number(process.argv[2] ?? 10);
const warmUpMs = 5000;
const channels = ['trades', 'book_deltas', 'liquidations', 'tickers', 'candles'];
const symbols = ['BTC', 'ETH', 'SOL', 'XRP', 'DOGE'].map((base) => `${base}-USDT-PERP`);

const folder = await mkdtemp(join(tmpdir(), 'feedlake-bench-'));
const end = now();
const start = end - day;
await fill(new Lake(openStore(join(folder, 'lake')), { writer: 'bench' }));

const venues = script('soak/venues.ts');
const { urls, wsUrls } = await venues.line<Record<'urls' | 'wsUrls', Record<string, string>>>();
const exchanges = Object.fromEntries(
  Object.keys(urls).map((id) => [id, { symbols, channels, endpoints: { rest: urls[id], websocket: wsUrls[id] } }]),
);
const token = createToken();
const up = script(
  'api/up.ts',
  JSON.stringify({
    lake: join(folder, 'lake'),
    state_dir: join(folder, 'state'),
    exchanges,
    health: { port: 0 },
    api: {
      enabled: true,
      port: 0,
      tokens: [{ name: 'bench', sha256: hashToken(token), scopes: ['read'] }],
      rate_limit: { per_token: 1_000_000 },
    },
  }),
);
const { url } = await up.line<{ url: string }>();
const times = `from=${new Date(start / 1000).toISOString()}&to=${new Date(end / 1000).toISOString()}`;
const phases = [
  { name: 'no requests', path: null },
  { name: 'exchanges', path: '/v1/exchanges', connections: 8 },
  {
    name: '100 rows of open interest',
    path: `/v1/open-interest?exchange=binance&symbol=${symbols[0]}&limit=100&${times}`,
    connections: 8,
  },
  {
    name: '1000 rows of trades',
    path: `/v1/trades?exchange=binance&symbol=${symbols[0]}&limit=1000&${times}`,
    connections: 8,
  },
  {
    name: '200,000 rows of trades as CSV',
    path: `/v1/trades?exchange=binance&symbol=${symbols[0]}&${times}`,
    connections: 4,
    accept: 'text/csv',
  },
  {
    name: 'more than it takes',
    path: `/v1/trades?exchange=binance&symbol=${symbols[0]}&${times}`,
    connections: 64,
    accept: 'text/csv',
  },
] as const;

print(`${availableParallelism()} cores, Node ${process.version}, ${seconds} s each`);
print(
  '| load | answers/s | p50 ms | p99 ms | MB/s | not 2xx | loop p50 ms | loop p99 ms | loop max ms | RSS MB | rows/s | lag ms | feeds |',
);
print('|---|---|---|---|---|---|---|---|---|---|---|---|---|');
try {
  await setTimeout(warmUpMs);
  for (const phase of phases) {
    await up.ask<Sample>('sample');
    if (phase.path === null) await setTimeout(seconds * 1000);
    const load = phase.path === null ? null : await loaded(phase);
    const sample = await up.ask<Sample>('sample');
    const of = (value: number | undefined, digits = 0) => (value === undefined ? '-' : value.toFixed(digits));
    const cells = [
      phase.name,
      of(load?.requests.average, 1),
      of(load?.latency.p50),
      of(load?.latency.p99),
      of(load === null ? undefined : load.throughput.average / 1e6, 1),
      of(load?.non2xx),
      ...[sample.p50, sample.p99, sample.max].map((ms) => of(ms, 1)),
      of(sample.rss),
      of(sample.rows),
      of(sample.lag),
      sample.states,
    ];
    print(`| ${cells.join(' | ')} |`);
  }
} finally {
  up.tell('end');
  await up.ended;
  venues.process.kill('SIGTERM');
  await rm(folder, { recursive: true, force: true });
}

function loaded({ path, connections, ...more }: { path: string; connections: number; accept?: string }) {
  const headers = { authorization: `Bearer ${token}`, accept: more.accept ?? 'application/json' };
  return cannon({ url: `${url}${path}`, connections, duration: seconds, timeout: 60, headers });
}

/** A day of trades in two objects, and of open interest of 200 symbols as snapshots leave it. */
async function fill(lake: Lake): Promise<void> {
  const common = (symbol: string, time: number) => {
    return {
      exchange: 'binance',
      symbol,
      venue_symbol: symbol,
      ts_event: time,
      ts_recv: time + 1000,
      source: 'simulated',
    };
  };
  const trades: Row<'trades'>[] = Array.from({ length: 200_000 }, (_, index) => ({
    ...common(symbols[0] ?? '', start + index * 400_000),
    trade_id: String(10_000_000 + index),
    side: index % 2 === 0 ? 'buy' : 'sell',
    price: String(60_000 + (index % 1000) / 10),
    size: '0.002',
    off_book: false,
  }));
  await lake.write('trades', 'binance', 'segment-bench', trades);
  for (let time = start - (start % (5 * minute)) + 5 * minute; time < end; time += 5 * minute) {
    const rows: Row<'open_interest'>[] = Array.from({ length: 200 }, (_, index) => ({
      ...common(index < symbols.length ? (symbols[index] ?? '') : `X${index}-USDT-PERP`, time),
      open_interest: '1234.5',
      scheduled_time: time - second,
    }));
    await lake.write('open_interest', 'binance', `snapshot-bench${time}`, rows);
  }
}

interface Script {
  readonly process: ChildProcess;
  readonly ended: Promise<unknown>;
  tell(line: string): void;
  line<Value>(): Promise<Value>;
  ask<Value>(line: string): Promise<Value>;
}

function script(name: string, ...args: readonly string[]): Script {
  const child = spawn(process.execPath, [join(import.meta.dirname, name), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async <Value>() => JSON.parse((await lines.next()).value ?? 'null') as Value;
  const tell = (text: string) => void child.stdin.write(`${text}\n`);
  return {
    process: child,
    ended: new Promise((resolve) => child.once('exit', resolve)),
    tell,
    line,
    ask: (text) => {
      tell(text);
      return line();
    },
  };
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
