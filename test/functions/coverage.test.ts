import { hour, isoTime, minute, now } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { collect } from '../support/lake.ts';
import { fixture } from './support/fixture.ts';

const aws = fixture();

test('publishes how complete each dataset of each exchange was', async () => {
  const { lake, root } = aws.newLake();
  const end = Math.floor(now() / minute) * minute;
  const looked = { from: end - 15 * minute - hour, to: end - 15 * minute };
  const row = (dataset: string, from_time: number, to_time: number, state: 'covered' | 'gap') => ({
    exchange: 'bybit',
    symbol: null,
    venue_symbol: null,
    ts_event: from_time,
    ts_recv: to_time,
    source: 'simulated',
    dataset,
    from_time,
    to_time,
    state,
    cause: state === 'gap' ? 'disconnect' : null,
    writer: 'test',
    detail: 'snapshot',
  });
  const half = looked.from + 30 * minute;
  await lake.write('coverage', 'bybit', 'snapshot-a', [
    row('open_interest', looked.from - hour, looked.to + minute, 'covered'),
    row('funding_rates', looked.from, half, 'gap'),
    row('funding_rates', half, looked.to, 'covered'),
  ]);
  const coverage = await aws.start('Coverage', root);
  const { value } = await coverage.invoke({ scheduled: isoTime(end) });
  expect(value).toEqual({ lowest: 0.5 });
  const metrics = coverage.log.flatMap((line) => (line.includes('_aws') ? [JSON.parse(line)] : []));
  const byDataset = metrics.toSorted((a, b) => (a.dataset < b.dataset ? -1 : 1));
  expect(byDataset).toMatchObject([
    { exchange: 'bybit', dataset: 'funding_rates', Completeness: 0.5, Gaps: 1 },
    { exchange: 'bybit', dataset: 'open_interest', Completeness: 1, Gaps: 0 },
  ]);
});

test('tells of slots that nobody took, from the first one on that the lake knows of', async () => {
  const { lake, root } = aws.newLake();
  const end = Math.floor(now() / (5 * minute)) * 5 * minute;
  const slot = end - 55 * minute;
  const said = (from_time: number) => ({
    exchange: 'bybit',
    symbol: null,
    venue_symbol: null,
    ts_event: from_time,
    ts_recv: from_time + minute,
    source: 'simulated',
    dataset: 'open_interest',
    from_time,
    to_time: from_time + 5 * minute,
    state: 'covered',
    rows: 10,
    writer: 'test',
    detail: 'snapshot',
  });
  await lake.write('coverage', 'bybit', 'snapshot-a', [said(slot), said(slot + 15 * minute)]);
  const coverage = await aws.start('Coverage', root);
  await coverage.invoke({ scheduled: isoTime(end) });
  await coverage.invoke({ scheduled: isoTime(end) });
  const rows = await collect(lake.scan('coverage', { exchange: 'bybit' }));
  const gaps = rows.filter(({ state }) => state === 'gap').sort((a, b) => a.from_time - b.from_time);
  expect(
    gaps.map(({ from_time, to_time, cause }) => [(from_time - slot) / minute, (to_time - slot) / minute, cause]),
  ).toEqual([
    [5, 15, 'missed'],
    [20, 40, 'missed'],
  ]);
});

test('an empty lake has nothing to publish', async () => {
  const { root } = aws.newLake();
  const coverage = await aws.start('Coverage', root);
  expect((await coverage.invoke({ scheduled: isoTime(now()) })).value).toEqual({ lowest: null });
  expect(coverage.log.filter((line) => line.includes('_aws'))).toEqual([]);
});
