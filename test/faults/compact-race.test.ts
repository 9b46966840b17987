import { Lake, openStore, type Store } from '@feedlake/lake';
import { describe, expect, it } from 'vitest';
import { type Change, compactAll, namesIn, start, steppedStore } from '../support/compaction.ts';
import { collect, temporaryFolder, trade } from '../support/lake.ts';

const facts = 6;
const ids = Array.from({ length: facts }, (_, index) => String(index));

/** Two writers that recorded the same, in three objects each. */
async function twoWriters(): Promise<Store> {
  const store = openStore(temporaryFolder());
  const lake = new Lake(store, { writer: 'test' });
  for (const writer of ['a', 'b']) {
    for (const part of [0, 1, 2]) await write(lake, `stream-${writer}-${part}`, ids.slice(part * 2, part * 2 + 2));
  }
  return store;
}

async function write(lake: Lake, name: string, trades: readonly string[]): Promise<void> {
  const rows = trades.map((id) => trade(id, start + Number(id)));
  await lake.write('trades', 'binance', name, rows);
}

/** Ids of trades as a reader has them that honours commits, doubles included. */
async function shown(store: Store): Promise<string[]> {
  const lake = new Lake(store, { writer: 'reader' });
  const rows = await collect(lake.scan('trades', { exchange: 'binance', columns: ['trade_id'] }));
  return rows.map(({ trade_id }) => trade_id).sort();
}

/** The same as the files have them, whatever commits say. */
async function stored(store: Store): Promise<string[]> {
  const bare: Store = { ...withoutCommits(store) };
  return shown(bare);
}

function withoutCommits(store: Store): Store {
  return {
    root: store.root,
    create: (key, bytes) => store.create(key, bytes),
    read: (key, range) => store.read(key, range),
    size: (key) => store.size(key),
    async *list(folder) {
      for await (const object of store.list(folder)) if (object.key.endsWith('.parquet')) yield object;
    },
    folders: (folder) => store.folders(folder),
    remove: (key) => store.remove(key),
  };
}

/** Nothing is lost, at no moment: neither for who honours commits, nor for who does not. */
async function expectAll(store: Store, what: string): Promise<void> {
  expect([...new Set(await stored(store))], `${what}: in the files`).toEqual(ids);
  expect([...new Set(await shown(store))], `${what}: shown`).toEqual(ids);
}

async function expectDone(store: Store, what: string): Promise<void> {
  expect(await stored(store), `${what}: each fact once in the files`).toEqual(ids);
  expect(await namesIn(store), `${what}: a commit and its output`).toEqual([
    expect.stringMatching(/^_compact-/),
    expect.stringMatching(/^compact-/),
  ]);
}

const inWords = ({ call, key }: Change) =>
  `${call} ${key.slice(key.lastIndexOf('/') + 1).replaceAll(/[0-9a-f]{24}/g, 'id')}`;

/** The changes that a compaction makes, in words. */
async function changes(): Promise<string[]> {
  const found: string[] = [];
  const store = await twoWriters();
  await compactAll(steppedStore(store, (change) => void found.push(inWords(change))));
  return found;
}

class Killed extends Error {}

describe('a compaction that is killed', () => {
  it('changes a store in this order', async () => {
    const found = await changes();
    expect(found.slice(0, 2)).toEqual(['create compact-id.parquet', 'create _compact-id.json']);
    expect(found.slice(2).sort()).toEqual(
      ['a-0', 'a-1', 'a-2', 'b-0', 'b-1', 'b-2'].map((name) => `remove stream-${name}.parquet`),
    );
  });

  it.each(['before', 'after'] as const)(
    '%s any change: nothing is lost, and the next one completes it',
    async (moment) => {
      const count = (await changes()).length;
      expect(count).toBe(8);
      for (let dies = 0; dies < count; dies += 1) {
        const store = await twoWriters();
        let seen = 0;
        let isDead = false;
        const die = () => {
          isDead ||= seen === dies;
          seen += 1;
          if (isDead) throw new Killed();
        };
        const dying = moment === 'before' ? steppedStore(store, die) : steppedStore(store, alive, die);
        function alive(): void {
          if (isDead) throw new Killed();
        }
        // What can't be removed is told, and what can't be written is a failure.
        expect(await compactAll(dying)).toMatchObject([{ outcome: 'failed' }]);
        expect(isDead).toBe(true);
        await expectAll(store, `killed ${moment} ${dies}`);
        await compactAll(store);
        await expectDone(store, `killed ${moment} ${dies}`);
        expect(await compactAll(store)).toEqual([]);
      }
    },
  );

  it('again and again, while more comes: what nobody knows of is merged', async () => {
    const store = await twoWriters();
    const lake = new Lake(store, { writer: 'test' });
    for (let round = 0; round < 4; round += 1) {
      const dying = steppedStore(store, ({ key }) => {
        if (key.endsWith('.json')) throw new Killed();
      });
      for (let repeat = 0; repeat < 2; repeat += 1) {
        expect(await compactAll(dying)).toMatchObject([{ outcome: 'failed' }]);
        const outputs = (await namesIn(store)).filter((name) => name.startsWith('compact-'));
        expect(outputs, 'a repeat makes the same names').toHaveLength(round + 1);
      }
      await expectAll(store, `round ${round}`);
      await write(lake, `stream-c-${round}`, [String(round)]);
    }
    await compactAll(store);
    await expectDone(store, 'in the end');
  });
});

describe('two compactions at once', () => {
  it('the second one while the first is at any kind of change, and something new in between', async () => {
    // The output, the commit, the first and the last removal.
    for (const meets of [0, 1, 2, 7]) {
      for (const isNew of [false, true]) {
        for (const moment of ['before', 'after'] as const) {
          const what = `second ${moment} change ${meets} of the first${isNew ? ', with a new object' : ''}`;
          const store = await twoWriters();
          let seen = 0;
          const meet = async () => {
            seen += 1;
            if (seen - 1 !== meets) return;
            if (isNew) await write(new Lake(store, { writer: 'test' }), 'stream-c-0', ['3']);
            const watched = steppedStore(
              store,
              () => {},
              ({ call }) => (call === 'remove' ? expectAll(store, what) : undefined),
            );
            await compactAll(watched);
            await expectAll(store, what);
          };
          const first = moment === 'before' ? steppedStore(store, meet) : steppedStore(store, () => {}, meet);
          await compactAll(first);
          await expectAll(store, what);
          await compactAll(store);
          await expectDone(store, what);
        }
      }
    }
  });

  it('at the same time, of different listings', async () => {
    const store = await twoWriters();
    const lake = new Lake(store, { writer: 'test' });
    const late = Promise.withResolvers<void>();
    const first = compactAll(steppedStore(store, ({ key }) => (key.endsWith('.json') ? late.promise : undefined)));
    await write(lake, 'stream-c-0', ['5']);
    const second = compactAll(store);
    await second;
    late.resolve();
    await first;
    await expectAll(store, 'both have ended');
    await compactAll(store);
    await expectDone(store, 'a third one');
  });
});

describe('a reader', () => {
  it('leaves out what is replaced, as long as what replaces it is there', async () => {
    const store = await twoWriters();
    await expect(
      compactAll(
        steppedStore(store, ({ call }) => {
          if (call === 'remove') throw new Killed();
        }),
      ),
    ).resolves.toMatchObject([{ outcome: 'failed', message: expect.stringContaining('could not be removed') }]);
    expect(await namesIn(store)).toHaveLength(8);
    expect(await shown(store)).toEqual(ids);
    expect(await stored(store)).toHaveLength(3 * facts);
    const output = (await collect(store.list(''))).find(({ key }) => /\/compact-/.test(key));
    await store.remove(output?.key ?? '');
    expect(await shown(store)).toHaveLength(2 * facts);
    await compactAll(store);
    await expectDone(store, 'a commit without its output');
  });

  it('lists a date again when that took so long that a compaction may have gone by', async () => {
    const store = await twoWriters();
    let listings = 0;
    const slow: Store = {
      ...withoutCommits(store),
      async *list(folder) {
        listings += 1;
        const before = await collect(store.list(folder));
        yield* before.slice(0, 1);
        if (listings > 1) return yield* before.slice(1);
        // All of it happens while the listing is on its way: of the rest, it meets neither the old nor the new.
        await compactAll(store);
        const now = performance.now.bind(performance);
        performance.now = () => now() + 6_000;
        const there = new Set((await collect(store.list(folder))).map(({ key }) => key));
        yield* before.slice(1).filter(({ key }) => there.has(key));
      },
    };
    const own = performance.now;
    try {
      expect(await shown(slow)).toEqual(ids);
    } finally {
      performance.now = own;
    }
    expect(listings).toBe(2);
  });

  it('takes a listing that is always slow, once it says the same twice', async () => {
    const store = await twoWriters();
    const now = performance.now.bind(performance);
    let late = 0;
    const slow: Store = {
      ...withoutCommits(store),
      async *list(folder) {
        yield* store.list(folder);
        late += 6_000;
      },
    };
    performance.now = () => now() + late;
    try {
      expect(await shown(slow)).toHaveLength(2 * facts);
      expect(late).toBe(12_000);
    } finally {
      performance.now = now;
    }
  });
});
