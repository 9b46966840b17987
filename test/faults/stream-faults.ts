import type { DatasetName } from '@feedlake/schema';
import type { FaultRule, VenueId } from '@feedlake/simulator';
import { expect, test } from 'vitest';
import { type Comparison, compareAll } from './compare.ts';
import { Recording } from './recording.ts';

const channels = ['trades', 'book_deltas', 'liquidations'] as const;

interface Fault {
  readonly name: string;
  readonly rule: FaultRule;
  /** How long it lasts, in seconds of the venue's time; then it is cleared. */
  readonly lasts: number;
  /** How long the gaps may be, in seconds: what is lost, and what it takes to find out and to recover. */
  readonly longest: number;
  /** Datasets of which some is lost without a trace, since nothing numbers them. */
  readonly blind?: Partial<Record<VenueId, readonly DatasetName[]>>;
}

/** Nothing but a number tells that a venue left a single message out. */
const unnumbered: Fault['blind'] = {
  binance: ['liquidations'],
  bybit: ['trades', 'liquidations'],
  hyperliquid: ['trades', 'liquidations', 'book_deltas'],
  backpack: ['liquidations'],
};

const faults: readonly Fault[] = [
  {
    name: 'messages that are missing',
    rule: { kind: 'drop', after: 3, times: 3 },
    lasts: 20,
    longest: 15,
    blind: unnumbered,
  },
  {
    name: 'a jump of the sequence',
    rule: { kind: 'sequence-jump', times: 1 },
    lasts: 20,
    longest: 15,
    blind: unnumbered,
  },
  { name: 'messages that come twice', rule: { kind: 'duplicate', times: 20 }, lasts: 20, longest: 0 },
  { name: 'messages out of order', rule: { kind: 'reorder', times: 4 }, lasts: 20, longest: 15 },
  { name: 'malformed frames', rule: { kind: 'malformed', times: 3 }, lasts: 20, longest: 20 },
  {
    name: 'a frame of garbage beside a good one',
    rule: { kind: 'malformed', beside: true, times: 3 },
    lasts: 20,
    longest: 20,
  },
  { name: 'a connection that is closed', rule: { kind: 'close', times: 1 }, lasts: 20, longest: 30 },
  {
    name: 'a connection that is closed with 1012',
    rule: { kind: 'close', code: 1012, times: 1 },
    lasts: 20,
    longest: 30,
  },
  { name: 'all connections cut at once', rule: { kind: 'close-all' }, lasts: 20, longest: 30 },
  { name: 'a half-open connection', rule: { kind: 'half-open', times: 1 }, lasts: 60, longest: 80 },
  { name: 'acks and then silence', rule: { kind: 'ack-then-silence' }, lasts: 90, longest: 140 },
];

/** What goes wrong with the streams of a venue, and what its lake says of it: a file for each venue, so that they run side by side. */
export function testFaultsOf(venue: VenueId): void {
  test.each(faults)('$name', async ({ rule, lasts, longest, blind }) => {
    await using recording = await Recording.start({ venue, channels: [...channels] });
    await recording.pass(25);
    const from = recording.clock.now();
    await recording.simulator.faults.add({ ...rule, venue });
    // Silence meets those who subscribe.
    if (rule.kind === 'ack-then-silence') await recording.simulator.faults.add({ kind: 'close-all', venue });
    await recording.pass(lasts);
    await recording.simulator.faults.clear();
    await recording.pass(60);
    await recording.stop();
    for (const [dataset, found] of await compareAll(recording, channels, from)) {
      check(found, `${venue} ${dataset}`, blind?.[venue]?.includes(dataset) ?? false, longest);
    }
  });
}

function check(found: Comparison, what: string, isBlind: boolean, longest: number): void {
  expect(found.owed, `${what}: something was owed`).toBeGreaterThan(0);
  expect(found.doubled, `${what}: doubled`).toEqual([]);
  expect(found.invented, `${what}: invented`).toEqual([]);
  if (!isBlind) expect(found.unreported, `${what}: lost and not reported`).toEqual([]);
  expect(found.gapSeconds, `${what}: gaps (${found.causes})`).toBeLessThanOrEqual(longest);
}
