import { type ScheduledSnapshot, SnapshotJobs, type Venue } from '@feedlake/collector';
import { Lake, openStore, type Store } from '@feedlake/lake';
import { isoTime, type Row } from '@feedlake/schema';
import { type VenueId, venueIds } from '@feedlake/simulator';
import type { RestClientOptions } from '@feedlake/transport';
import { collect, temporaryFolder } from '../../support/lake.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { at } from '../../support/rows.ts';
import { simulated } from '../../support/simulated.ts';

/** 12:34:56: somewhat into the slot of 12:30. */
export const start = at('2026-10-15T12:34:56');
export const slot = at('2026-10-15T12:30');

/** A scheduled snapshot of every five minutes. */
export function job(
  exchange: string,
  dataset: ScheduledSnapshot['dataset'] = 'open_interest',
  symbols: ScheduledSnapshot['symbols'] = 'all',
): ScheduledSnapshot {
  return { dataset, exchange, every: '5m', symbols };
}

/** What `coverage` says, in words: `12:30-12:35 covered BTC-USDT-PERP 1`. */
export function inWords(row: Row<'coverage'>): string {
  const time = (micros: number) => isoTime(micros).slice(11, 16);
  const about = `${time(row.from_time)}-${time(row.to_time)} ${row.state} ${row.symbol ?? 'all'}`;
  return row.state === 'gap' ? `${about} ${row.cause}` : `${about} ${row.rows}`;
}

/** Simulated exchanges, a lake in a folder, and one clock for them all that goes only when it is told to. */
export async function recording(options: { symbols?: number; from?: number } = {}) {
  const clock = new ManualClock(options.from ?? start);
  const { simulator, venue } = await simulated({ symbols: options.symbols ?? 30, now: () => clock.now() });
  const folder = temporaryFolder();
  const open = (more: Partial<RestClientOptions> = {}) => {
    const venues = new Map<string, Venue>(venueIds.map((id) => [id, venue(id, { clock, retries: 0, ...more })]));
    return (id: string) => venues.get(id) ?? unknown(id);
  };
  const lake = new Lake(openStore(folder), { writer: 'test' });
  return {
    clock,
    simulator,
    folder,
    lake,
    /** A process that takes snapshots: with connections of its own, and perhaps a store that fails. */
    process(store: Store = openStore(folder), venueOf: (id: string) => Venue = open()): SnapshotJobs {
      return new SnapshotJobs({ lake: new Lake(store, { writer: 'test' }), venueOf, clock });
    },
    /** What coverage says of a dataset, sorted. */
    async coverage(exchange: VenueId, dataset: string = 'open_interest'): Promise<string[]> {
      const rows = await collect(lake.scan('coverage', { exchange }));
      return rows
        .filter((row) => row.dataset === dataset)
        .map(inWords)
        .sort();
    },
    /** Names of the objects of a dataset. */
    async objects(dataset: Parameters<Lake['objects']>[0], exchange: VenueId): Promise<string[]> {
      return (await collect(lake.objects(dataset, { exchanges: [exchange] }))).map(({ name }) => name);
    },
  };
}

/** A store with something to be done before each listing and each writing; what that throws, the store throws. */
export function hookedStore(
  store: Store,
  hooks: { list?: (folder: string) => Promise<void>; create?: (key: string) => Promise<void> },
): Store {
  return {
    root: store.root,
    async create(key, bytes) {
      await hooks.create?.(key);
      return store.create(key, bytes);
    },
    read: (key, range) => store.read(key, range),
    size: (key) => store.size(key),
    async *list(folder) {
      await hooks.list?.(folder);
      yield* store.list(folder);
    },
    folders: (folder) => store.folders(folder),
    remove: (key) => store.remove(key),
  };
}

function unknown(id: string): never {
  throw new RangeError(id);
}
