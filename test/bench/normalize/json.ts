import type { Contender } from './contender.ts';

/** What every program that goes through objects begins with. */
export const json: Contender = {
  name: 'JSON.parse alone',
  checks: 'that it is JSON',
  decimals: 'their texts',
  keeps: 'nothing',
  prepare() {
    let last: unknown = null;
    return {
      restart() {
        last = null;
      },
      take(message) {
        last = JSON.parse(message.toString());
      },
      check() {
        if (typeof last !== 'object') throw new Error('no message');
      },
    };
  },
};
