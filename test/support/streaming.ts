import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { SimulatorOptions, VenueId } from '@feedlake/simulator';
import { type Spawned, type Workspace, workspace } from './cli.ts';

/** Settings of a streaming workspace: any part of feedlake.yaml. */
export type Settings = Readonly<Record<string, unknown>>;

/** Lively enough for tests that wait for something to come. */
export const lively = { tradesPerSecond: 20, booksPerSecond: 20, liquidationsPerMinute: 600, tickersPerSecond: 20 };

/**
 * A workspace whose settings point at the streams of simulated exchanges too.
 * @param venues What is set for each of them, beside its endpoints; the others are disabled.
 * @param settings What is set besides; the health port is any free one.
 */
export async function streamingWorkspace(
  venues: Partial<Record<VenueId, Settings>>,
  settings: Settings = {},
  options: SimulatorOptions = {},
): Promise<Workspace> {
  const ids = Object.keys(venues) as VenueId[];
  const space = await workspace({ venues: ids, symbols: 20, streams: lively, ...options });
  change(space, (before) => {
    const exchanges = before.exchanges as Record<string, { endpoints: object }>;
    for (const id of ids) {
      const known = exchanges[id] ?? { endpoints: {} };
      const endpoints = { ...known.endpoints, websocket: space.simulator.wsUrls[id] };
      exchanges[id] = { ...known, ...venues[id], endpoints };
    }
    return { ...before, health: { port: 0 }, snapshots: none, ...settings, exchanges };
  });
  return space;
}

/** No scheduled snapshots. */
export const none = {
  open_interest: { enabled: false },
  funding_rates: { enabled: false },
  instruments: { enabled: false },
};

/** Changes the settings of a workspace. */
export function change({ folder }: Workspace, how: (settings: Record<string, unknown>) => object): void {
  const path = join(folder, 'feedlake.yaml');
  writeFileSync(path, JSON.stringify(how(JSON.parse(readFileSync(path, 'utf8'))), null, 2));
}

/** Waits until something holds, looking again and again. */
export async function eventually(
  holds: () => boolean | Promise<boolean>,
  what: string | (() => string),
): Promise<void> {
  const deadline = performance.now() + 40_000;
  while (!(await holds())) {
    if (performance.now() > deadline)
      throw new Error(`did not come about: ${typeof what === 'string' ? what : what()}`);
    await setTimeout(10);
  }
}

/** Waits until a command has said something on standard error. */
export function saying(child: Spawned, words: string | RegExp): Promise<void> {
  const said = () => (typeof words === 'string' ? child.said().includes(words) : words.test(child.said()));
  return eventually(said, () => `${words} in:\n${child.said()}`);
}

/** Base URL of the health of a running `up`, by its log. */
export async function healthOf(child: Spawned): Promise<string> {
  await saying(child, '/health tells how it fares');
  return /(http:\/\/[\d.]+:\d+)\/health tells how it fares/.exec(child.said())?.[1] ?? '';
}

/** The health of a running `up`. */
export async function health(url: string): Promise<Health> {
  const response = await fetch(`${url}/health`);
  return (await response.json()) as Health;
}

export interface Health {
  readonly status: string;
  readonly ready: boolean;
  readonly feeds: readonly {
    readonly exchange: string;
    readonly dataset: string;
    readonly state: string;
    readonly rows_per_second: number;
    readonly gaps_last_hour: number;
    readonly cause: string | null;
    readonly symbols: number;
  }[];
  readonly schedules: readonly {
    readonly exchange: string;
    readonly dataset: string;
    readonly last_result: string | null;
  }[];
  readonly segments: { readonly open: { readonly rows: number }; readonly last_written: string | null } | null;
  readonly problems: readonly string[];
}
