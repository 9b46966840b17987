import { type ScheduleEvent, Scheduler, SnapshotFailure, type SnapshotReport, schedulesOf } from '@feedlake/collector';
import { loadConfig } from '@feedlake/config';
import { minute } from '@feedlake/schema';
import { venueIds } from '@feedlake/simulator';
import { expect, onTestFinished, test } from 'vitest';
import { collect } from '../../support/lake.ts';
import { until } from '../../support/manual-clock.ts';
import { at } from '../../support/rows.ts';
import { recording, slot } from './schedule-fixture.ts';

const { config } = loadConfig({ folder: import.meta.dirname, environment: {} });

/** A process as it runs for days: the jobs of the settings, on the clock of the recording. */
async function daemon(record: Awaited<ReturnType<typeof recording>>, cause: string) {
  const jobs = schedulesOf(config);
  const work = record.process();
  for (const job of jobs) await work.recordDowntime(job, cause);
  const events: ScheduleEvent<SnapshotReport>[] = [];
  const scheduler = new Scheduler({ jobs, work, onEvent: (event) => events.push(event), clock: record.clock });
  onTestFinished(() => scheduler.stop());
  scheduler.start();
  const ended = () => events.filter(({ kind }) => kind === 'done' || kind === 'failed').length;
  return {
    jobs,
    scheduler,
    events,
    /** Lets some time pass and waits for so many runs to end. */
    async pass(ms: number, count: number) {
      const before = ended();
      await record.clock.advance(ms);
      await until(
        () => ended() >= before + count,
        () => `${count} runs, after ${ended() - before}`,
      );
    },
  };
}

/** In the slot of 12:30, and long enough before the next for the starts to be spread. */
const from = at('2026-10-15T12:34:00');

const of = (events: readonly ScheduleEvent<SnapshotReport>[], kind: string) =>
  events.filter((event) => event.kind === kind).map(({ job }) => `${job.exchange} ${job.dataset}`);

test('all jobs of the settings: what is down costs its own rows and is a gap, everything else is stored', async () => {
  const record = await recording({ from });
  await record.simulator.faults.add({ venue: 'bybit', kind: '403-html' });
  const { pass, events, jobs, scheduler } = await daemon(record, 'crash');
  await pass(6_000, 12);
  expect(jobs).toHaveLength(12);
  expect(of(events, 'failed').sort()).toEqual(['bybit funding_rates', 'bybit instruments', 'bybit open_interest']);
  for (const event of events) if (event.kind === 'failed') expect(event.error).toBeInstanceOf(SnapshotFailure);
  for (const id of venueIds) {
    const rows = await collect(record.lake.scan('open_interest', { exchange: id }));
    if (id === 'bybit') {
      expect(rows).toEqual([]);
      expect(await record.coverage(id)).toEqual(['12:30-12:35 gap all blocked']);
      expect(await record.coverage(id, 'instruments')).toEqual(['12:00-13:00 gap all blocked']);
    } else {
      expect(rows.length).toBeGreaterThan(5);
      expect(await record.coverage(id)).toEqual([`12:30-12:35 covered all ${rows.length}`]);
    }
  }

  await record.simulator.faults.clear();
  await pass(60_000, 8);
  expect(of(events, 'failed')).toHaveLength(3);
  expect(await record.coverage('bybit')).toEqual([
    '12:30-12:35 gap all blocked',
    expect.stringMatching(/^12:35-12:40 covered all \d+$/),
  ]);
  const states = scheduler.states().filter(({ job }) => job.exchange === 'bybit');
  expect(states.map(({ last }) => last?.outcome)).toEqual(['done', 'done', 'failed']);
  expect(states.map(({ next }) => next)).toEqual([slot + 10 * minute, slot + 10 * minute, slot + 30 * minute]);
});

test('stopped while it polls, and started again: no slot is unaccounted for, and none is there twice', async () => {
  const record = await recording({ from });
  const first = await daemon(record, 'crash');
  await first.pass(6_000, 12);
  await record.simulator.faults.add({ venue: 'backpack', kind: 'slow', delayMs: 60_000 });
  await first.pass(60_000, 6);
  const running = first.scheduler.states().filter(({ isRunning }) => isRunning);
  expect(running.map(({ job }) => job.exchange)).toEqual(['backpack', 'backpack']);
  await first.scheduler.stop();
  expect(of(first.events, 'failed')).toEqual([]);
  await record.simulator.faults.clear();

  await record.clock.advance(16 * 60_000);
  const second = await daemon(record, 'shutdown');
  await second.pass(6_000, 12);
  for (const id of venueIds) {
    const said = await record.coverage(id);
    const expected =
      id === 'backpack'
        ? ['12:30-12:35 covered', '12:35-12:50 gap all shutdown', '12:50-12:55 covered']
        : ['12:30-12:35 covered', '12:35-12:40 covered', '12:40-12:50 gap all shutdown', '12:50-12:55 covered'];
    expect(said.map((line) => line.replace(/ covered all \d+$/, ' covered'))).toEqual(expected);
    const rows = await collect(record.lake.scan('open_interest', { exchange: id }));
    const keys = new Set(rows.map(({ symbol, scheduled_time }) => `${symbol} ${scheduled_time}`));
    expect(keys.size).toBe(rows.length);
    expect(await record.coverage(id, 'instruments')).toHaveLength(1);
  }
});
