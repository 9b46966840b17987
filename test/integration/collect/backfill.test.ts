import { BackfillJobs, BackfillQueue, UnknownBackfillError } from '@feedlake/collector';
import { Lake, openStore } from '@feedlake/lake';
import { day, hour } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { collect, temporaryFolder } from '../../support/lake.ts';
import { dataRequests, simulated, start } from '../../support/simulated.ts';

const request = {
  exchange: 'bybit',
  dataset: 'open_interest',
  symbols: ['BTC-USDT-PERP', 'ETH-USDT-PERP', 'SOL-USDT-PERP'],
  from: start - 60 * day,
  to: start + day,
  periodSeconds: 3600,
} as const;

/** A lake, and processes that work on its backfills. */
async function working() {
  const venues = await simulated();
  const folder = temporaryFolder();
  const lake = new Lake(openStore(folder), { writer: 'test' });
  const process = (onReply: () => void = () => {}) => {
    const venue = venues.venue('bybit', { onReply });
    const venueOf = (id: string) => {
      if (id !== 'bybit') throw new RangeError(`exchange ${id}: not configured`);
      return venue;
    };
    return new BackfillJobs({ lake: new Lake(openStore(folder), { writer: 'test' }), venueOf, clock: venues.clock });
  };
  const times = async () =>
    (await collect(lake.scan('open_interest', { exchange: 'bybit' }))).map((row) => `${row.symbol} ${row.ts_event}`);
  return { ...venues, lake, process, times };
}

const never = new AbortController().signal;

test('runs to its end, and tells how far it is, to every process', async () => {
  const { process, times, clock } = await working();
  const created = await process().create(request);
  expect(created).toMatchObject({ state: 'queued', done: 0, total: null, request: { to: clock.now() } });
  expect(await process().status(created.id)).toEqual(created);
  const ended = await process().run(created.id, never);
  const stored = await times();
  expect(ended).toMatchObject({ id: created.id, state: 'done', failures: [], fetched: stored.length });
  expect(ended.done).toBe(ended.total);
  expect(stored.length).toBe(3 * 60 * 24);
  expect(await process().status(created.id)).toEqual(ended);
  expect(await process().unfinished()).toEqual([]);
});

test('whose time is over goes on where it stopped, in another process', async () => {
  const { process, times, simulator } = await working();
  const { id } = await process().create(request);
  const stop = new AbortController();
  let replies = 0;
  const jobs = process(() => {
    if (++replies === 12) stop.abort(new Error('the time is over'));
  });
  const first = await jobs.run(id, stop.signal);
  expect(first.state).toBe('running');
  const before = await times();
  expect(before.length).toBeGreaterThan(0);
  expect(before.length).toBeLessThan(3 * 60 * 24);
  expect((await process().unfinished()).map((one) => one.id)).toEqual([id]);
  simulator.forgetRequests();
  const last = await process().run(id, never);
  expect(last).toMatchObject({ state: 'done', failures: [] });
  const stored = await times();
  expect(new Set(stored).size).toBe(stored.length);
  expect(stored.length).toBe(3 * 60 * 24);
  expect(last.fetched).toBeGreaterThanOrEqual(stored.length);
  const again = dataRequests(simulator, 'bybit').length;
  expect(again).toBeGreaterThan(0);
  simulator.forgetRequests();
  expect(await process().run(id, never)).toEqual(last);
  expect(dataRequests(simulator, 'bybit')).toEqual([]);
});

test('two at once store nothing twice', async () => {
  const { process, times } = await working();
  const { id } = await process().create(request);
  const [one, other] = await Promise.all([process().run(id, never), process().run(id, never)]);
  expect([one.state, other.state]).toEqual(['done', 'done']);
  const stored = await times();
  expect(new Set(stored).size).toBe(stored.length);
  expect(stored.length).toBe(3 * 60 * 24);
  expect((await process().status(id))?.state).toBe('done');
});

test('what can not be had is told', async () => {
  const { process } = await working();
  const { id } = await process().create({ ...request, symbols: ['BTC-USDT-PERP', 'NO-USDT-PERP'], from: start - hour });
  expect(await process().run(id, never)).toMatchObject({
    state: 'done',
    failures: [{ symbol: 'NO-USDT-PERP', kind: 'bad_symbol' }],
  });
  const width = await process().create({ ...request, periodSeconds: 7 });
  expect(await process().run(width.id, never)).toMatchObject({ state: 'failed', failures: [{ kind: 'not_offered' }] });
  const foreign = await process().create({ ...request, exchange: 'nowhere' });
  expect(await process().run(foreign.id, never)).toMatchObject({
    state: 'failed',
    failures: [{ message: 'exchange nowhere: not configured' }],
  });
});

test('of an id that nobody made there is none', async () => {
  const { process } = await working();
  expect(await process().status('20261015T123456Z-000000000000')).toBeNull();
  expect(await process().status('../../secrets')).toBeNull();
  await expect(process().run('20261015T123456Z-000000000000', never)).rejects.toThrow(UnknownBackfillError);
});

test('a queue takes up what was left, one after the other', async () => {
  const { process, times, clock } = await working();
  const ids = [];
  for (const symbol of ['BTC-USDT-PERP', 'ETH-USDT-PERP']) {
    ids.push((await process().create({ ...request, symbols: [symbol] })).id);
    await clock.delay(1000);
  }
  const jobs = process();
  const queue = new BackfillQueue({ jobs, clock });
  await queue.resume();
  await queue.idle();
  for (const id of ids) expect(await jobs.status(id)).toMatchObject({ state: 'done', failures: [] });
  expect(await times()).toHaveLength(2 * 60 * 24);
  await queue.close();
});
