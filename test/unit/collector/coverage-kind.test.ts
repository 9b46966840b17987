import { expect, test } from 'vitest';
import { claimOf } from '../../../packages/collector/src/coverage/kind.ts';

test.each([
  ['snapshot', 'snapshot', null, null],
  ['history', 'history', null, null],
  ['history period_seconds=300', 'history', 300, null],
  ['stream', 'stream', null, null],
  ['stream btcusdt@depth@100ms', 'stream', null, 'btcusdt@depth@100ms'],
  ['stream kline.1 BTCUSDT', 'stream', null, 'kline.1 BTCUSDT'],
  ['poll', 'stream', null, null],
  [null, 'stream', null, null],
])('%j is about %s', (detail, kind, periodSeconds, topic) => {
  expect(claimOf(detail)).toEqual({ kind, periodSeconds, topic });
});
