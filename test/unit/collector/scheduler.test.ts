import { type ScheduledSnapshot, type ScheduleEvent, Scheduler } from '@feedlake/collector';
import { hour, minute, second } from '@feedlake/schema';
import { createLogger } from '@feedlake/telemetry';
import { expect, onTestFinished, test } from 'vitest';
import { spreadMs } from '../../../packages/collector/src/schedule/spread.ts';
import { ManualClock, until } from '../../support/manual-clock.ts';
import { at } from '../../support/rows.ts';

const job = (exchange: string, every = '5m'): ScheduledSnapshot => ({
  dataset: 'open_interest',
  exchange,
  every,
  symbols: 'all',
});
/** Not at a slot, as a person's clock. */
const start = at('2026-10-15T12:34:00');

/** A clock of the wall that can jump without any timer's noticing. */
class WallClock extends ManualClock {
  jumped = 0;
  readonly delays: number[] = [];

  override now(): number {
    return super.now() + this.jumped;
  }

  override delay(ms: number, signal?: AbortSignal): Promise<void> {
    this.delays.push(ms);
    return super.delay(ms, signal);
  }
}

type Run = (job: ScheduledSnapshot, slot: number, signal: AbortSignal, clock: WallClock) => Promise<unknown>;

/** A scheduler with everything that it says, in words. It is stopped with the test. */
function scheduled(jobs: readonly ScheduledSnapshot[], run: Run = async () => 'ok') {
  const clock = new WallClock(start);
  const events: ScheduleEvent<unknown>[] = [];
  const said: string[] = [];
  const time = (micros: number) => new Date(micros / 1000).toISOString().slice(11, 19);
  const scheduler = new Scheduler({
    jobs,
    work: {
      run: (job, slot, signal) => run(job, slot, signal, clock),
      missed: async ({ exchange }, { from, to }) => void said.push(`${exchange} noted ${time(from)} to ${time(to)}`),
    },
    onEvent(event) {
      events.push(event);
      const { exchange } = event.job;
      if (event.kind === 'missed') said.push(`${exchange} missed ${time(event.from)} to ${time(event.to)}`);
      else said.push(`${exchange} ${event.kind} ${time(event.slot)}`);
    },
    clock,
  });
  onTestFinished(() => scheduler.stop());
  return { scheduler, clock, events, said };
}

test('begins with the slot of the present interval, then runs at every slot, somewhat after it', async () => {
  const { scheduler, clock, events, said } = scheduled([job('bybit')]);
  const late = spreadMs(job('bybit'), 5 * minute) * 1000;
  scheduler.start();
  await clock.advance(15 * 60_000);
  expect(said).toEqual(
    ['12:30', '12:35', '12:40', '12:45'].flatMap((slot) => [`bybit started ${slot}:00`, `bybit done ${slot}:00`]),
  );
  const started = events.filter(({ kind }) => kind === 'started').map((event) => event.at);
  expect(started).toEqual([
    start + late,
    ...['12:35', '12:40', '12:45'].map((slot) => at(`2026-10-15T${slot}`) + late),
  ]);
  expect(late).toBeGreaterThan(second);
});

test('a job that runs past slots: the last of them is run late, the others are missed, and never two at once', async () => {
  let running = 0;
  let most = 0;
  const { scheduler, clock, said } = scheduled([job('bybit')], async (_job, slot, signal, clock) => {
    most = Math.max(most, ++running);
    // 12:35 takes until 12:51.
    await clock.delay(slot === at('2026-10-15T12:35') ? 16 * 60_000 : 1000, signal);
    running--;
  });
  scheduler.start();
  await clock.advance(22 * 60_000);
  expect(said.slice(2)).toEqual([
    'bybit started 12:35:00',
    'bybit done 12:35:00',
    'bybit missed 12:40:00 to 12:50:00',
    'bybit noted 12:40:00 to 12:50:00',
    'bybit started 12:50:00',
    'bybit done 12:50:00',
    'bybit started 12:55:00',
    'bybit done 12:55:00',
  ]);
  expect(most).toBe(1);
});

test('a job that runs into the next slot: that one is run late, and nothing is missed', async () => {
  const { scheduler, clock, said, events } = scheduled([job('bybit')], (_job, slot, signal, clock) =>
    clock.delay(slot === at('2026-10-15T12:35') ? 6 * 60_000 : 0, signal),
  );
  scheduler.start();
  await clock.advance(12 * 60_000);
  expect(said.filter((line) => line.includes('started'))).toEqual([
    'bybit started 12:30:00',
    'bybit started 12:35:00',
    'bybit started 12:40:00',
    'bybit started 12:45:00',
  ]);
  expect(events.some(({ kind }) => kind === 'missed')).toBe(false);
});

test('after a sleep of the machine: the slot of the present interval is run, those before are missed', async () => {
  const { scheduler, clock, said } = scheduled([job('bybit')]);
  scheduler.start();
  await clock.advance(2 * 60_000);
  clock.jumped = 3 * hour;
  await clock.advance(30_000);
  expect(said.slice(4)).toEqual([
    'bybit missed 12:40:00 to 15:35:00',
    'bybit noted 12:40:00 to 15:35:00',
    'bybit started 15:35:00',
    'bybit done 15:35:00',
  ]);
});

test('a clock that is set back brings no slot twice', async () => {
  const { scheduler, clock, said } = scheduled([job('bybit')]);
  scheduler.start();
  await clock.advance(2 * 60_000);
  clock.jumped = -20 * minute;
  await clock.advance(23 * 60_000);
  expect(said.filter((line) => line.includes('started'))).toEqual(['bybit started 12:30:00', 'bybit started 12:35:00']);
  await clock.advance(2 * 60_000);
  expect(said.at(-1)).toBe('bybit done 12:40:00');
});

test('what fails costs only its own slot', async () => {
  const { scheduler, clock, said, events } = scheduled([job('binance'), job('bybit')], async ({ exchange }, slot) => {
    if (exchange === 'binance' && slot < at('2026-10-15T12:40')) throw new Error('no');
    return exchange;
  });
  scheduler.start();
  await clock.advance(7 * 60_000);
  const of = (exchange: string) => said.filter((line) => line.startsWith(exchange) && !line.includes('started'));
  expect(of('binance')).toEqual(['binance failed 12:30:00', 'binance failed 12:35:00', 'binance done 12:40:00']);
  expect(of('bybit')).toEqual(['bybit done 12:30:00', 'bybit done 12:35:00', 'bybit done 12:40:00']);
  expect(events.find(({ kind }) => kind === 'failed')).toMatchObject({ ms: 0, error: new Error('no') });
});

test('missed slots that can not be noted are a failure, and the job goes on', async () => {
  const clock = new WallClock(start);
  const kinds: string[] = [];
  const scheduler = new Scheduler({
    jobs: [job('bybit')],
    work: { run: async () => {}, missed: () => Promise.reject(new Error('disk')) },
    onEvent: ({ kind }) => kinds.push(kind),
    clock,
  });
  onTestFinished(() => scheduler.stop());
  scheduler.start();
  await clock.advance(60_000);
  clock.jumped = hour;
  await clock.advance(30_000);
  expect(kinds).toEqual(['started', 'done', 'missed', 'failed', 'started', 'done']);
});

test('stopping aborts what runs and waits for it; nothing more begins', async () => {
  const steps: string[] = [];
  const { scheduler, clock, said } = scheduled([job('binance'), job('bybit')], async ({ exchange }, _slot, signal) => {
    if (exchange === 'binance') return;
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    steps.push('aborted');
    for (let n = 0; n < 5; n++) await new Promise(setImmediate);
    steps.push('ended');
    throw signal.reason;
  });
  scheduler.start();
  await clock.advance(20_000);
  expect(said).toContain('bybit started 12:30:00');
  const stopped = scheduler.stop().then(() => steps.push('stopped'));
  await stopped;
  expect(steps).toEqual(['aborted', 'ended', 'stopped']);
  const before = [...said];
  await clock.advance(3_600_000);
  expect(said).toEqual(before);
  expect(said).not.toContain('bybit failed 12:30:00');
});

test('a scheduler that never began stops all the same', async () => {
  const { scheduler, said } = scheduled([job('bybit')]);
  await scheduler.stop();
  scheduler.start();
  await scheduler.stop();
  expect(said).toEqual([]);
});

test('a listener that throws is logged, and stops nothing', async () => {
  const lines: string[] = [];
  const slots: number[] = [];
  const clock = new WallClock(start);
  const scheduler = new Scheduler({
    jobs: [job('bybit')],
    work: { run: async (_job, slot) => void slots.push(slot), missed: async () => {} },
    onEvent() {
      throw new Error('listener');
    },
    clock,
    logger: createLogger({ stream: { write: (line) => lines.push(line) } }),
  });
  onTestFinished(() => scheduler.stop());
  scheduler.start();
  await clock.advance(7 * 60_000);
  expect(slots).toHaveLength(3);
  expect(lines).toHaveLength(6);
  expect(lines[0]).toContain('an event was not handled');
});

test('how the jobs fare', async () => {
  let release = () => {};
  const { scheduler, clock } = scheduled([job('bybit'), job('okx', '0 * * * *')], ({ exchange }, slot) => {
    if (exchange === 'okx') return Promise.reject(new Error('no'));
    if (slot !== at('2026-10-15T12:35')) return Promise.resolve(slot / minute);
    return new Promise<void>((resolve) => {
      release = resolve;
    });
  });
  const [bybit, okx] = [job('bybit'), job('okx', '0 * * * *')];
  expect(scheduler.states()).toEqual([
    { job: bybit, isRunning: false, last: null, next: at('2026-10-15T12:30') },
    { job: okx, isRunning: false, last: null, next: at('2026-10-15T12:00') },
  ]);
  scheduler.start();
  await clock.advance(30_000);
  const failed = { slot: at('2026-10-15T12:00'), outcome: 'failed', result: null };
  const done = { slot: at('2026-10-15T12:30'), outcome: 'done', result: at('2026-10-15T12:30') / minute };
  expect(scheduler.states()).toEqual([
    { job: bybit, isRunning: false, last: done, next: at('2026-10-15T12:35') },
    { job: okx, isRunning: false, last: failed, next: at('2026-10-15T13:00') },
  ]);
  await clock.advance(8 * 60_000);
  expect(scheduler.states()[0]).toEqual({ job: bybit, isRunning: true, last: done, next: at('2026-10-15T12:40') });
  release();
  await until(() => scheduler.states()[0]?.last?.slot === at('2026-10-15T12:40'), 'the slot that came meanwhile');
  expect(scheduler.states()[0]?.next).toBe(at('2026-10-15T12:45'));
});

test('no wait is longer than half a minute, however rare the schedule: timers end at 25 days', async () => {
  const { scheduler, clock } = scheduled([job('bybit', '0 0 1 * *')]);
  scheduler.start();
  await clock.advance(hour / 1000);
  expect(clock.delays.length).toBeGreaterThanOrEqual(120);
  expect(Math.max(...clock.delays)).toBe(30_000);
});
