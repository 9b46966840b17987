import { historyName, isObjectName, snapshotName } from '@feedlake/lake';
import { describe, expect, it } from 'vitest';
import { at } from '../../support/lake.ts';

describe('names of objects', () => {
  it('names a snapshot by its slot, whenever it is really taken', () => {
    expect(snapshotName(at('2026-03-27T08:00:00Z'))).toBe('snapshot-20260327T080000Z');
    expect(snapshotName(at('2026-03-27T08:00:00.5Z'))).toBe('snapshot-20260327T080000.500000Z');
  });

  it('tells snapshots of one slot and different symbols apart, and repeats of one not', () => {
    const slot = at('2026-03-27T08:00:00Z');
    const names = [snapshotName(slot), snapshotName(slot, ['BTC-USDT-PERP']), snapshotName(slot, ['ETH-USDT-PERP'])];
    expect(new Set(names).size).toBe(3);
    expect(snapshotName(slot, ['BTC-USDT-PERP'])).toBe(names[1]);
  });

  it('names a piece of history by all of its parts', () => {
    const name = historyName('open_interest', 'bybit', 'BTC-USDT-PERP', 1, 2, 3600);
    expect(name).toMatch(/^history-[0-9a-f]{24}$/);
    expect(historyName('open_interest', 'bybit', 'BTC-USDT-PERP', 1, 2, 3600)).toBe(name);
    expect(historyName('open_interest', 'bybit', 'BTC-USDT-PERP', 12, 3600)).not.toBe(name);
    expect(historyName('open_interest', 'bybit', 'BTC-USDT-PERP', 1, 2, null)).not.toBe(name);
  });

  it('gives only names that every store takes', () => {
    expect([snapshotName(0, ['ü/..']), historyName('ü/..')].every(isObjectName)).toBe(true);
    expect(['', 'snapshot', 'a-b/c', '../x', 'a-', 'history-ü', `a-${'b'.repeat(200)}`].some(isObjectName)).toBe(false);
  });
});
