import { second } from '@feedlake/schema';
import { expect, test } from 'vitest';
import { type BreakerState, CircuitBreaker } from '../../../packages/transport/src/rest/breaker.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const fault = { kind: 'network', message: 'connection refused' } as const;

function breakerOf() {
  const clock = new FakeClock();
  const states: BreakerState[] = [];
  const onChange = (state: BreakerState) => states.push(state);
  const breaker = new CircuitBreaker({ threshold: 3, openMs: 1_000, maxOpenMs: 3_000, clock, onChange });
  const enter = () => {
    const ticket = breaker.enter();
    if (ticket === null) throw new Error('not let through');
    return ticket;
  };
  const failTimes = (times: number) => {
    for (let n = 0; n < times; n++) breaker.failed(fault, enter());
  };
  return { clock, states, breaker, enter, failTimes };
}

test('only faults in a row open it', () => {
  const { breaker, failTimes } = breakerOf();
  failTimes(2);
  breaker.succeeded();
  failTimes(2);
  expect(breaker.state).toBe('closed');
  failTimes(1);
  expect(breaker.state).toBe('open');
  expect(breaker.enter()).toBeNull();
});

test('one probe at a time; its success closes it', async () => {
  const { breaker, clock, states, enter, failTimes } = breakerOf();
  failTimes(3);
  await clock.delay(1_000);
  enter();
  expect(breaker.enter()).toBeNull();
  breaker.succeeded();
  enter();
  expect(states).toEqual(['open', 'half_open', 'closed']);
});

test('each probe that fails doubles the time to the next, up to a cap; a success starts over', async () => {
  const { breaker, clock, enter, failTimes } = breakerOf();
  failTimes(3);
  const pauses: number[] = [];
  for (let n = 0; n < 4; n++) {
    pauses.push((breaker.probeAt - clock.now()) / second);
    await breaker.changed(new AbortController().signal);
    breaker.failed(fault, enter());
  }
  expect(pauses).toEqual([1, 2, 3, 3]);
  breaker.succeeded();
  failTimes(3);
  expect((breaker.probeAt - clock.now()) / second).toBe(1);
});

test('late faults of requests sent before it opened do not count against the probe', async () => {
  const { breaker, clock, enter, failTimes } = breakerOf();
  const late = enter();
  failTimes(3);
  await clock.delay(1_000);
  enter();
  breaker.failed(fault, late);
  expect(breaker.state).toBe('half_open');
  breaker.succeeded();
  breaker.failed(fault, late);
  failTimes(2);
  expect(breaker.state).toBe('closed');
});

test('a probe that is called off leaves room for another', async () => {
  const { breaker, clock, enter, failTimes } = breakerOf();
  failTimes(3);
  await clock.delay(1_000);
  const waiting = async (ticket: number) => {
    const changed = breaker.changed(new AbortController().signal);
    breaker.gaveUp(ticket);
    await changed;
  };
  await waiting(enter());
  enter();
  expect(breaker.state).toBe('half_open');
});
