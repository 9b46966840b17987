import { describe, expect, it } from 'vitest';
import { Scheduler, type Task } from '../../../packages/simulator/src/stream/scheduler.ts';

/** A task that notes when it ran, and is due at the given times one after the other. */
function task(name: string, times: number[], log: string[], onRun?: () => void): Task {
  const [...left] = times;
  return {
    get due() {
      return left[0] ?? Number.POSITIVE_INFINITY;
    },
    run() {
      log.push(`${name}@${left.shift()}`);
      onRun?.();
    },
  };
}

function runAll(scheduler: Scheduler, log: string[], most = 10_000): string[] {
  for (let count = 0; count < most && Number.isFinite(scheduler.due); count += 1) scheduler.runNext();
  return log;
}

describe('scheduler', () => {
  it('runs tasks by their times, and at one time in the order in which they came', () => {
    const scheduler = new Scheduler();
    const log: string[] = [];
    scheduler.add(task('a', [5, 10, 15], log));
    scheduler.add(task('b', [5, 7, 15], log));
    scheduler.add(task('c', [1], log));
    expect(runAll(scheduler, log)).toEqual(['c@1', 'a@5', 'b@5', 'b@7', 'a@10', 'a@15', 'b@15']);
  });

  it('keeps the order of hundreds of tasks with times of all kinds', () => {
    const scheduler = new Scheduler();
    const log: string[] = [];
    const times = Array.from({ length: 300 }, (_, index) => [(index * 7919) % 1009, 1100 + ((index * 104_729) % 997)]);
    for (const [index, both] of times.entries()) scheduler.add(task(String(index), both, log));
    const ran = runAll(scheduler, log).map((entry) => Number(entry.split('@')[1]));
    expect(ran).toEqual(times.flat().sort((a, b) => a - b));
  });

  it('takes tasks that a running task adds, also such as are due before anything else', () => {
    const scheduler = new Scheduler();
    const log: string[] = [];
    scheduler.add(task('late', [50, 51], log));
    scheduler.add(task('later', [60], log));
    scheduler.add(
      task('first', [10, 100], log, () => {
        if (log.length === 1) for (const time of [70, 20, 5]) scheduler.add(task('added', [time], log));
      }),
    );
    expect(runAll(scheduler, log)).toEqual([
      'first@10',
      'added@5',
      'added@20',
      'late@50',
      'late@51',
      'later@60',
      'added@70',
      'first@100',
    ]);
  });
});
