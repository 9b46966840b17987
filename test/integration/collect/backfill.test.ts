import { BackfillJobs, BackfillQueue, UnknownBackfillError } from '@feedlake/collector';
import { Lake, openStore, StoreError } from '@feedlake/lake';
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
  await clock.delay(2000);
  const later = await process().create(request);
  expect((await process().newest(2)).map(({ id }) => id)).toEqual([later.id, created.id]);
  expect(await process().newest(1)).toEqual([later]);
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

test('of two at once one leaves it to the other', async () => {
  const { process, times } = await working();
  const { id } = await process().create(request);
  const states = await Promise.all([process(), process()].map(async (jobs) => (await jobs.run(id, never)).state));
  expect(states.sort()).toEqual(['done', 'running']);
  const stored = await times();
  expect(new Set(stored).size).toBe(stored.length);
  expect(stored.length).toBe(3 * 60 * 24);
  expect((await process().status(id))?.state).toBe('done');
});

test('a run that was killed is taken for dead after a while, and not before', async () => {
  const { process, times, clock, lake } = await working();
  const { id } = await process().create(request);
  const at = clock.now();
  const begun = { state: 'running', done: 0, total: null, fetched: 0, failures: [], updated: at, isAtWork: true };
  await lake.store.create(`_backfills/${id}/000001.json`, Buffer.from(JSON.stringify(begun)));
  expect(await process().run(id, never)).toMatchObject({ state: 'running', updated: at });
  expect(await times()).toEqual([]);
  await clock.delay(51_000);
  expect(await process().run(id, never)).toMatchObject({ state: 'done', failures: [] });
  expect(await times()).toHaveLength(3 * 60 * 24);
});

test('`all` are the symbols of the settings', async () => {
  const { lake, clock } = await working();
  const venueOf = () => {
    throw new RangeError('no exchange is asked');
  };
  const jobs = new BackfillJobs({ lake, venueOf, clock, symbolsOf: () => ['BTC-USDT-PERP'] });
  expect(await jobs.create({ ...request, symbols: 'all' })).toMatchObject({ request: { symbols: ['BTC-USDT-PERP'] } });
  expect(await jobs.create(request)).toMatchObject({ request: { symbols: request.symbols } });
});

test('what can not be had is told', async () => {
  const { process } = await working();
  const { id } = await process().create({ ...request, symbols: ['BTC-USDT-PERP', 'NO-USDT-PERP'], from: start - hour });
  expect(await process().run(id, never)).toMatchObject({
    state: 'done',
    failures: [{ symbol: 'NO-USDT-PERP', kind: 'bad_symbol' }],
  });
  const none = await process().create({ ...request, symbols: ['NO-USDT-PERP'] });
  expect(await process().run(none.id, never)).toMatchObject({ state: 'failed', failures: [{ kind: 'bad_symbol' }] });
  const width = await process().create({ ...request, periodSeconds: 7 });
  expect(await process().run(width.id, never)).toMatchObject({ state: 'failed', failures: [{ kind: 'not_offered' }] });
  const foreign = await process().create({ ...request, exchange: 'nowhere' });
  expect(await process().run(foreign.id, never)).toMatchObject({
    state: 'failed',
    failures: [{ message: 'exchange nowhere: not configured' }],
  });
});

test('that nobody will work on is ended, and stays so', async () => {
  const { process, times } = await working();
  const { id } = await process().create(request);
  await process().abandon(id, 'nobody took it');
  const failures = [{ exchange: 'bybit', symbol: null, message: 'nobody took it', kind: 'internal' }];
  expect(await process().status(id)).toMatchObject({ state: 'failed', failures });
  expect(await process().unfinished()).toEqual([]);
  expect(await process().run(id, never)).toMatchObject({ state: 'failed' });
  expect(await times()).toEqual([]);
  await process().abandon(id, 'again');
  expect(await process().status(id)).toMatchObject({ failures });
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

/** A queue over jobs of which some can not be written at first, and the order in which they were run. */
async function faulty() {
  const { process, clock } = await working();
  const jobs = process();
  const ids: string[] = [];
  for (const symbol of ['BTC-USDT-PERP', 'ETH-USDT-PERP']) {
    ids.push((await jobs.create({ ...request, symbols: [symbol], from: start - hour, to: start })).id);
    await clock.delay(1000);
  }
  const order: string[] = [];
  const run = jobs.run.bind(jobs);
  return { jobs, clock, ids, order, run };
}

test('a queue goes on with the others where one can not be written', async () => {
  const { jobs, clock, ids, order, run } = await faulty();
  jobs.run = async (id, signal) => {
    order.push(id);
    if (id === ids[0] && order.length < 4) throw new StoreError('access_denied', 'lake', 'it may not be written to');
    return run(id, signal);
  };
  const queue = new BackfillQueue({ jobs, clock });
  for (const id of ids) queue.add(id);
  await queue.idle();
  expect(order).toEqual([ids[0], ids[1], ids[0], ids[0]]);
  for (const id of ids) expect(await jobs.status(id)).toMatchObject({ state: 'done' });
  await queue.close();
});

test('a queue takes up what is added at the moment it comes to its end', async () => {
  const { jobs, clock, ids, order, run } = await faulty();
  const [first = '', second = ''] = ids;
  const queue = new BackfillQueue({ jobs, clock });
  // So many steps after a run: one of them is just behind the end of the queue.
  for (let steps = 0; steps < 12; steps += 1) {
    order.length = 0;
    const added = Promise.withResolvers<void>();
    jobs.run = async (id, signal) => {
      order.push(id);
      const status = await run(id, signal);
      if (id === first) later(steps, () => queue.add(second)).then(added.resolve, added.reject);
      return status;
    };
    queue.add(first);
    await added.promise;
    await queue.idle();
    expect(order, `${steps} steps`).toEqual([first, second]);
  }
  await queue.close();
});

async function later(steps: number, then: () => void): Promise<void> {
  for (let step = 0; step < steps; step += 1) await null;
  then();
}
