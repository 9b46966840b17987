import { BackfillJobs } from '@feedlake/collector';
import { day, now } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { collect } from '../support/lake.ts';
import { fixture } from './support/fixture.ts';

const aws = fixture();
const days = 20;

test('goes on in further invocations until its end, and stores nothing twice', async () => {
  const { lake, root } = aws.newLake();
  const jobs = new BackfillJobs({
    lake,
    venueOf: () => {
      throw new RangeError('this process asks no exchange');
    },
  });
  const to = now();
  const { id } = await jobs.create({
    exchange: 'bybit',
    dataset: 'open_interest',
    symbols: 'all',
    from: to - days * day,
    to,
    periodSeconds: 3600,
  });
  // Two seconds of work; the rest of an invocation is kept for storing what came.
  const backfill = await aws.start('Backfill', root, { timeoutMs: 47_000 });
  let invocations = 0;
  let state = 'running';
  let event: unknown = { id };
  while (state === 'running') {
    if (++invocations > 30) throw new Error('it does not come to an end');
    const taken = aws.invocations.taken.length;
    state = ((await backfill.invoke(event)).value as { state: string }).state;
    if (state !== 'running') break;
    expect(aws.invocations.taken.slice(taken)).toEqual([{ name: 'Backfill', event: { id } }]);
    event = aws.invocations.taken.at(-1)?.event;
  }
  expect(state).toBe('done');
  const status = await jobs.status(id);
  expect(status).toMatchObject({ state: 'done', failures: [] });
  expect(status?.done).toBe(status?.total);
  const rows = await collect(lake.scan('open_interest', { exchange: 'bybit' }));
  const keys = new Set(rows.map(({ symbol, ts_event }) => `${symbol} ${ts_event}`));
  expect(keys.size).toBe(rows.length);
  const symbols = new Set(rows.map(({ symbol }) => symbol));
  expect(symbols.size).toBeGreaterThan(20);
  // Fired again by a retry that came late: nothing is left to do.
  expect((await backfill.invoke({ id })).value).toMatchObject({ state: 'done' });
  expect(await collect(lake.scan('open_interest', { exchange: 'bybit' }))).toHaveLength(rows.length);
});

test('an id that nobody made is refused', async () => {
  const { root } = aws.newLake();
  const backfill = await aws.start('Backfill', root);
  await expect(backfill.invoke({ id: '../../etc' })).rejects.toMatchObject({ errorType: 'UnknownBackfillError' });
});
