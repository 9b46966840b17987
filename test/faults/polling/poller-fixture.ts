import { setImmediate } from 'node:timers/promises';
import { readCoverage, resolveCoverage, Streamer } from '@feedlake/collector';
import { type ConfigInput, loadConfig } from '@feedlake/config';
import { nativeAdapters, nativeOptions, type StreamedDataset } from '@feedlake/exchanges';
import { Lake, openStore } from '@feedlake/lake';
import type { DatasetName, Row } from '@feedlake/schema';
import {
  type Simulator,
  type SimulatorOptions,
  startSimulator,
  type TruthRecord,
  type VenueId,
} from '@feedlake/simulator';
import { createLogger } from '@feedlake/telemetry';
import { onTestFinished } from 'vitest';
import { collect, temporaryFolder } from '../../support/lake.ts';
import { ManualClock, until } from '../../support/manual-clock.ts';
import { start } from '../../support/simulated.ts';

export interface PolledOptions {
  readonly channels: readonly StreamedDataset[];
  readonly symbols: readonly string[] | 'all';
  readonly settings?: NonNullable<ConfigInput['exchanges']>[string];
  readonly simulator?: SimulatorOptions;
  /** Base URL for WebSocket; default: the simulated venue's. */
  readonly websocket?: string;
  /** Base URL for REST; default: the simulated venue's. */
  readonly rest?: (simulator: Simulator) => Promise<string>;
}

/** The polls under way happen at multiples of this after the start, in milliseconds. */
const step = 5_000;

export type Polled = Awaited<ReturnType<typeof polled>>;

/**
 * A simulated exchange and a streamer that polls it, with one clock that goes only when it is told to. Attempts to connect
 * are counted per exchange in the process: in one file, an exchange is streamed from in one test alone.
 */
export async function polled(id: VenueId, options: PolledOptions) {
  const clock = new ManualClock(start);
  const simulator = await startSimulator({ seed: 7, symbols: 60, now: () => clock.now(), ...options.simulator });
  const folder = temporaryFolder();
  const lake = new Lake(openStore(`${folder}/lake`), { writer: 'test' });
  const lines: { level: string; message: string; [field: string]: unknown }[] = [];
  const logger = createLogger({ level: 'debug', stream: { write: (line) => lines.push(JSON.parse(line)) } });
  const { config } = loadConfig({
    folder,
    environment: {},
    extensions: nativeOptions,
    code: {
      lake: `${folder}/lake`,
      state_dir: `${folder}/state`,
      exchanges: {
        [id]: {
          ...options.settings,
          symbols: options.symbols === 'all' ? 'all' : [...options.symbols],
          channels: [...options.channels],
          endpoints: {
            rest: (await options.rest?.(simulator)) ?? simulator.urls[id],
            websocket: options.websocket ?? simulator.wsUrls[id],
          },
          rest: { retries: 0, ...options.settings?.rest },
        },
      },
    },
  });
  const open = async () => {
    const streamer = await Streamer.open({ config, exchanges: [id], logger, clock });
    streamer.start();
    return streamer;
  };
  let streamer = await open();
  onTestFinished(async () => {
    await streamer.close();
    await simulator.close();
  });
  const polls = nativeAdapters[id]?.streams.polls ?? {};
  const everyMs = (dataset: DatasetName) => polls[dataset as StreamedDataset]?.everyMs ?? Number.POSITIVE_INFINITY;
  const entries = () => [...streamer.recorder.ledger.entries];
  const isPollable = ({ key }: { key: { dataset: DatasetName } }) => Number.isFinite(everyMs(key.dataset));
  /** Every poll that is due by now has been answered. */
  const settled = () =>
    entries().every((entry) => {
      if (!isPollable(entry) || entry.kind !== 'poll' || entry.gaps.has('rest')) return true;
      return clock.now() - entry.until < everyMs(entry.key.dataset) * 1000;
    });
  const told: TruthRecord[] = [];
  /** Takes what the venue has stated; the log stays small that way. */
  const harvest = () => {
    const records = simulator.truth.records({ venue: id });
    simulator.truth.clear();
    for (const record of records) told.push(record);
    return records;
  };
  const allPolled = () =>
    entries().length > 0 && entries().every((entry) => !isPollable(entry) || entry.kind === 'poll');
  /** Waits for something; time goes on by little where sockets have nothing more to bring. */
  const patiently = async (holds: () => boolean, what: string) => {
    for (let tries = 0; tries < 1_000; tries += 1) {
      for (let turn = 0; turn < 300; turn += 1) {
        if (holds()) return;
        await setImmediate();
      }
      await clock.advance(100);
      await simulator.advance(0);
    }
    throw new Error(`${what} did not happen`);
  };
  return {
    id,
    simulator,
    clock,
    config,
    lake,
    lines,
    get streamer() {
      return streamer;
    },
    entries,
    entry: (dataset: DatasetName) => entries().find(({ key }) => key.dataset === dataset),
    /** Waits until everything that can be polled is; time stands still. */
    begun: () => until(allPolled, 'the first polls'),
    /** Waits until everything is streamed. */
    streaming: () =>
      patiently(
        () => entries().length > 0 && entries().every(({ kind, gaps }) => kind === 'stream' && gaps.size === 0),
        'streaming',
      ),
    /** Ends all connections, and refuses new ones until the simulator's faults are cleared. */
    async block() {
      await simulator.faults.add({ kind: '451', match: / websocket$/ });
      await simulator.faults.add({ kind: 'close-all' });
    },
    /** Waits until everything that can be polled is, where time has to go on for that. */
    fallenBack: () => patiently(allPolled, 'falling back to polls'),
    /** What the venue has stated of a dataset. */
    tellings: (dataset: DatasetName, symbol?: string) =>
      told.filter((one) => one.dataset === dataset && (symbol === undefined || one.symbol === symbol)),
    /** Lets time pass, and waits for every poll that falls due. */
    async pass(ms: number) {
      for (let passed = 0; passed < ms; passed += step) {
        await clock.advance(step);
        await until(settled, 'the polls that are due');
        harvest();
      }
    },
    /** Lets time pass second by second, while the venue streams; everything that it sends is waited for. */
    async stream(ms: number) {
      for (let passed = 0; passed < ms; passed += 1_000) {
        const before = clock.now();
        await clock.advance(1_000);
        await simulator.advance(0);
        const spoken = new Set(
          harvest().flatMap(({ at, sentTo, topic = '' }) => (at > before && sentTo?.length ? [topic] : [])),
        );
        const sessions = [...(streamer.exchanges[0]?.sessions.values() ?? [])];
        const lastData = (topic: string) =>
          sessions.map((session) => session.stats().topics[topic]).find((stats) => stats !== undefined)?.lastData;
        await until(
          () => [...spoken].every((topic) => (lastData(topic) ?? Number.POSITIVE_INFINITY) > before),
          () => `a message of ${[...spoken]}`,
        );
        await until(settled, 'the polls that are due');
      }
    },
    /** Waits until polls that failed come through again. */
    recovered: () => patiently(() => entries().every(({ gaps }) => !gaps.has('rest')), 'the end of the failures'),
    /** Starts it again, as the same writer. */
    async restart(downMs: number) {
      await streamer.close();
      await clock.advance(downMs);
      streamer = await open();
    },
    /** Warnings and errors, in order. */
    complaints: () => lines.flatMap(({ level, message }) => (['warn', 'error'].includes(level) ? [message] : [])),
    /** Ends it; all that was recorded is in the lake then. */
    async close() {
      await streamer.close();
      harvest();
    },
    rows: <Name extends DatasetName>(dataset: Name): Promise<Row<Name>[]> =>
      collect(lake.scan(dataset, { exchange: id })) as Promise<Row<Name>[]>,
  };
}

/** What coverage rows of a dataset say of their times since the start, in seconds, in the order they were said. */
export async function account(t: Polled, dataset: DatasetName, symbol?: string): Promise<string[]> {
  const rows = (await t.rows('coverage')).filter(
    (row) => row.dataset === dataset && (row.symbol ?? undefined) === symbol,
  );
  return rows
    .sort((a, b) => a.ts_recv - b.ts_recv)
    .map((row) => {
      const seconds = (time: number) => (time - start) / 1_000_000;
      const cause = row.cause == null ? '' : ` ${row.cause}`;
      const by = row.repaired_by == null ? '' : ` by ${row.repaired_by}`;
      return `${row.state} ${seconds(row.from_time)}-${seconds(row.to_time)}${cause}${by} (${row.detail})`;
    });
}

/** What a dataset has from the start on, after all that was said of it, in seconds. */
export async function resolved(t: Polled, dataset: DatasetName, symbol: string): Promise<string[]> {
  const range = { from: start, to: t.clock.now() };
  const rows = await collect(readCoverage(t.lake, { ...range, exchanges: [t.id], datasets: [dataset] }));
  const timelines = resolveCoverage(rows, range).filter((timeline) => timeline.symbol === symbol);
  const seconds = (time: number) => Math.round((time - start) / 1_000) / 1_000;
  return timelines.flatMap(({ stretches }) =>
    stretches.map(({ from, to, ...one }) => {
      const cause = one.state === 'gap' ? ` ${one.cause}` : '';
      return `${one.state} ${seconds(from)}-${seconds(to)}${cause}`;
    }),
  );
}
