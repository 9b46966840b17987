import { describe, expect, it } from 'vitest';
import { missedWindow } from '../../../infra/alarm-window.ts';

describe('the window in which a snapshot is missed', () => {
  it.each([
    ['1m', { period: 300, periods: 3 }],
    ['5m', { period: 300, periods: 3 }],
    ['15m', { period: 900, periods: 3 }],
    ['1h', { period: 3600, periods: 3 }],
    ['8h', { period: 3600, periods: 9 }],
    ['1d', { period: 3600, periods: 25 }],
    ['0 0 * * MON-FRI', { period: 86_400, periods: 4 }],
    // Ten hours of the night.
    ['*/5 8-22 * * *', { period: 3600, periods: 11 }],
  ])('of %s holds the longest pause between two of its slots', (every, window) => {
    expect(missedWindow(every)).toEqual(window);
  });

  it('is none where the pause is longer than an alarm looks back', () => {
    expect(missedWindow('0 0 1 * *')).toBeNull();
  });
});
