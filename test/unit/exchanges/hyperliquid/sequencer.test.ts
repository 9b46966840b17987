import { expect, it } from 'vitest';
import { adapterOf } from '../mapped.ts';

it('takes every frame for the whole book', () => {
  const one = adapterOf('hyperliquid').streams.books.sequencer();
  const none = Number.NaN;
  expect(one.isLive).toBe(false);
  expect([one.snapshot(none, none), one.isLive]).toEqual(['applied', true]);
  expect([one.snapshot(none, none), one.isLive]).toEqual(['applied', true]);
  one.reset();
  expect(one.isLive).toBe(false);
});
