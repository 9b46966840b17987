import { milliseconds } from '../units.ts';
import { duration } from './text.ts';

/** What a timer of Node takes; beyond it, it goes off at once. https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
const longestMs = 2 ** 31 - 1;

/** A duration that is waited for. */
export const wait = () =>
  duration().refine((text) => milliseconds(text) <= longestMs, {
    error: 'at most `24d`, as no timer runs for longer',
    when: ({ issues }) => issues.length === 0,
  });
