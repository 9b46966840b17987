import type { Store } from '@feedlake/lake';
import { describe, expect, it } from 'vitest';
import { collect } from './lake.ts';

/** What every store has to do, whatever is behind it. `open` gives a new, empty store each time. */
export function storeSuite(open: () => Promise<Store>): void {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const text = (read: Uint8Array) => new TextDecoder().decode(read);
  const all = async (listing: AsyncIterable<{ key: string; size: number }>) =>
    (await collect(listing)).map((o) => o.key);

  describe('writing', () => {
    it('creates an object once and leaves it alone afterwards', async () => {
      const store = await open();
      expect(await store.create('v1/a/one.parquet', bytes('first'))).toBe('created');
      expect(await store.create('v1/a/one.parquet', bytes('second, longer'))).toBe('exists');
      expect(text(await store.read('v1/a/one.parquet'))).toBe('first');
    });

    it('lets exactly one of 20 concurrent creators win, and keeps its bytes', async () => {
      const store = await open();
      const contents = Array.from({ length: 20 }, (_, index) => `writer ${index} `.repeat(1000 + index));
      const outcomes = await Promise.all(contents.map((content) => store.create('race.parquet', bytes(content))));
      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
      expect(text(await store.read('race.parquet'))).toBe(contents[outcomes.indexOf('created')]);
    });

    it('keeps large and empty objects whole', async () => {
      const store = await open();
      const large = Uint8Array.from({ length: 5_000_001 }, (_, index) => (index * 31) % 251);
      await store.create('large.parquet', large);
      await store.create('empty.parquet', new Uint8Array(0));
      expect(Buffer.compare(await store.read('large.parquet'), large)).toBe(0);
      expect(await store.read('empty.parquet')).toHaveLength(0);
      expect(await store.size('large.parquet')).toBe(5_000_001);
    });

    it.each([
      '',
      '/etc/passwd',
      '../escaped',
      'a/../../b',
      'a//b',
      './a',
      'a/.hidden',
      'a\\b',
      'a/\n',
      'x'.repeat(1100),
    ])('refuses the key %j', async (key) => {
      const store = await open();
      await expect(store.create(key, bytes('x'))).rejects.toMatchObject({ name: 'StoreError', fault: 'invalid' });
      await expect(store.read(key)).rejects.toMatchObject({ fault: 'invalid' });
      await expect(store.remove(key)).rejects.toMatchObject({ fault: 'invalid' });
    });
  });

  describe('reading', () => {
    it('reads ranges, also beyond the end', async () => {
      const store = await open();
      await store.create('digits.parquet', bytes('0123456789'));
      expect(text(await store.read('digits.parquet', { start: 2, end: 5 }))).toBe('234');
      expect(text(await store.read('digits.parquet', { start: 7, end: 100 }))).toBe('789');
      expect(await store.read('digits.parquet', { start: 4, end: 4 })).toHaveLength(0);
    });

    it('says that an object is not there', async () => {
      const store = await open();
      const missing = { name: 'StoreError', fault: 'not_found', message: expect.stringContaining('no/such.parquet') };
      await expect(store.read('no/such.parquet')).rejects.toMatchObject(missing);
      await expect(store.size('no/such.parquet')).rejects.toMatchObject(missing);
    });
  });

  describe('listing', () => {
    it('lists everything below a folder, sorted by key, page after page', async () => {
      const store = await open();
      const keys = ['a/x=1/one', 'a/x=1/two', 'a/x=10/one', 'a/x=2/sub/one', 'a/x=2.parquet', 'ab/one', 'b'];
      for (const key of keys.toReversed()) await store.create(key, bytes(key));
      expect(await all(store.list(''))).toEqual([...keys].sort());
      expect(await all(store.list('a/'))).toEqual(keys.filter((key) => key.startsWith('a/')).sort());
      expect(await all(store.list('nothing/'))).toEqual([]);
      expect(await collect(store.list('ab/'))).toEqual([{ key: 'ab/one', size: 6 }]);
      await expect(all(store.list('a'))).rejects.toMatchObject({ fault: 'invalid' });
    });

    it('names the folders of a folder', async () => {
      const store = await open();
      for (const key of ['d/date=2/one', 'd/date=1/one', 'd/date=1/two', 'd/date=3/sub/one', 'd/file'])
        await store.create(key, bytes('x'));
      expect(await store.folders('d/')).toEqual(['date=1', 'date=2', 'date=3']);
      expect(await store.folders('')).toEqual(['d']);
      expect(await store.folders('none/')).toEqual([]);
    });
  });

  it('removes an object, and one that is gone', async () => {
    const store = await open();
    await store.create('gone.parquet', bytes('x'));
    await store.remove('gone.parquet');
    await store.remove('gone.parquet');
    expect(await all(store.list(''))).toEqual([]);
    expect(await store.create('gone.parquet', bytes('again'))).toBe('created');
  });
}
