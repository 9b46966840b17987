import { ccxtIds, nativeAdapters } from '@feedlake/exchanges';
import ccxt from 'ccxt';
import { expect, test } from 'vitest';

test('the ids are those of the ccxt that is installed', () => {
  expect(ccxtIds).toEqual(ccxt.exchanges);
});

test('every exchange of ours can go through ccxt as well', () => {
  for (const id of Object.keys(nativeAdapters)) expect(ccxtIds).toContain(id);
});
