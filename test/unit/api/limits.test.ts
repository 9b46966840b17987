import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { addressKey } from '../../../packages/api/src/limits/address.ts';
import { Gate } from '../../../packages/api/src/limits/gate.ts';
import { RateLimiter } from '../../../packages/api/src/limits/rate-limiter.ts';

describe('a rate limiter', () => {
  it('allows a minute’s number at once, and then as many as flow back', () => {
    const limiter = new RateLimiter(60);
    for (let time = 0; time < 60; time += 1) expect(limiter.take('a', 1000)).toBe(0);
    expect(limiter.take('a', 1000)).toBe(1);
    expect(limiter.take('b', 1000)).toBe(0);
    expect(limiter.take('a', 1999)).toBe(1);
    expect(limiter.take('a', 2000)).toBe(0);
    expect(limiter.take('a', 2000)).toBe(1);
    expect(limiter.take('a', 62_000)).toBe(0);
  });

  it('says how long to wait, and gives nothing for a clock that is set back', () => {
    const limiter = new RateLimiter(2);
    limiter.take('a', 100_000);
    limiter.take('a', 100_000);
    expect(limiter.take('a', 100_000)).toBe(30);
    expect(limiter.take('a', 115_000)).toBe(15);
    expect(limiter.take('a', 0)).toBe(30);
    expect(limiter.take('a', 130_000)).toBe(0);
    expect(limiter.take('a', 0)).toBe(30);
    expect(limiter.take('a', 130_000)).toBe(30);
  });

  it('remembers a bounded number of keys, the latest', () => {
    const limiter = new RateLimiter(1);
    limiter.take('first', 0);
    for (let key = 0; key < 10_000; key += 1) limiter.take(String(key), 0);
    expect(limiter.take('9999', 0)).toBe(60);
    expect(limiter.take('first', 0)).toBe(0);
  });
});

describe('a gate', () => {
  const open = new AbortController().signal;

  it('lets so many in, has so many wait in their order, and turns the rest away', async () => {
    const gate = new Gate({ places: 1, mostWaiting: 2, longestWaitMs: 1000 });
    const leave = await gate.enter(open);
    const entered: string[] = [];
    const waiting = ['a', 'b'].map(async (name) => {
      const go = await gate.enter(open);
      entered.push(name);
      return go;
    });
    expect(await gate.enter(open)).toBeNull();
    expect(entered).toEqual([]);
    leave?.();
    leave?.();
    const next = await waiting[0];
    expect(entered).toEqual(['a']);
    next?.();
    (await waiting[1])?.();
    expect(entered).toEqual(['a', 'b']);
    expect(await gate.enter(open)).not.toBeNull();
  });

  it('turns away who has waited for long', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const gate = new Gate({ places: 1, mostWaiting: 1, longestWaitMs: 1000 });
    const leave = await gate.enter(open);
    const waiting = gate.enter(open);
    expect(gate.isWanted).toBe(true);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await waiting).toBeNull();
    expect(gate.isWanted).toBe(false);
    leave?.();
    expect(await gate.enter(open)).not.toBeNull();
  });

  it('forgets who went away while waiting', async () => {
    const gate = new Gate({ places: 1, mostWaiting: 1, longestWaitMs: 1000 });
    const leave = await gate.enter(open);
    const gone = new AbortController();
    const waiting = gate.enter(gone.signal);
    gone.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    const other = gate.enter(open);
    leave?.();
    expect(await other).not.toBeNull();
    await expect(gate.enter(gone.signal)).rejects.toThrow('gone');
  });
});

it.each([
  ['203.0.113.9', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:0db8:0001:0002::1', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['unknown', 'unknown'],
])('%s is counted as %s', (address, key) => {
  expect(addressKey(address)).toBe(key);
});
