import type { BookSequencer } from '@feedlake/exchanges';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adapterOf } from '../mapped.ts';
import { type Arrival, arrivals, type Recorded, type Sent } from './recorded-stream.ts';

/** Keeps a book as a client does, by the verdicts alone: holds which changes are in it. */
class Client {
  readonly sequencer: BookSequencer;
  readonly #stream: Recorded;
  has = new Set<number>();
  waiting: Sent[] = [];
  position = Number.NaN;

  constructor(sequencer: BookSequencer, stream: Recorded) {
    this.sequencer = sequencer;
    this.#stream = stream;
  }

  take(arrival: Arrival): string {
    if (arrival.kind === 'delta') return this.#delta(arrival.message);
    if (arrival.kind === 'snapshot') return this.#snapshot(arrival.lastSeq);
    this.sequencer.reset();
    this.waiting = [];
    return 'reset';
  }

  /** Numbers of changes up to one that are not in a set. */
  missing(has: ReadonlySet<number>, upTo: number): number[] {
    return this.#stream.ids.filter((id) => id <= upTo && !has.has(id));
  }

  upTo(lastSeq: number): Set<number> {
    return new Set(this.#stream.ids.filter((id) => id <= lastSeq));
  }

  #delta(message: Sent): string {
    const verdict = this.sequencer.delta(message.firstSeq, message.lastSeq, message.prevSeq, Number.NaN);
    if (verdict === 'applied') this.#apply(message);
    if (verdict === 'waiting') this.waiting.push(message);
    if (verdict === 'gap') this.waiting = [message];
    return verdict;
  }

  #snapshot(lastSeq: number): string {
    const verdict = this.sequencer.snapshot(lastSeq, Number.NaN);
    if (verdict !== 'applied') return verdict;
    this.has = this.upTo(lastSeq);
    this.position = lastSeq;
    for (const message of this.waiting) if (message.lastSeq >= lastSeq) this.#apply(message);
    this.waiting = [];
    return verdict;
  }

  #apply({ changes, lastSeq }: Sent): void {
    for (const { id } of changes) this.has.add(id);
    this.position = lastSeq;
  }
}

const venues = [
  { id: 'binance', shared: 9 },
  { id: 'backpack', shared: 0 },
];

describe.each(venues)('books of $id', ({ id, shared }) => {
  const newSequencer = () => adapterOf(id).streams.books.sequencer();

  it('tells every gap: a live book has every change, whatever was lost, doubled, swapped or late', () => {
    fc.assert(
      fc.property(arrivals(shared, { loses: true }), ({ stream, arrived }) => {
        const client = new Client(newSequencer(), stream);
        for (const arrival of arrived) {
          client.take(arrival);
          if (client.sequencer.isLive) expect(client.missing(client.has, client.position)).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('tells no gap where nothing is missing', () => {
    fc.assert(
      fc.property(arrivals(shared, { loses: true }), ({ stream, arrived }) => {
        const client = new Client(newSequencer(), stream);
        for (const arrival of arrived) {
          const { has, position, waiting } = client;
          if (client.take(arrival) !== 'gap') continue;
          if (arrival.kind === 'delta') {
            expect(client.missing(has, arrival.message.firstSeq - 1), `after ${position}`).not.toEqual([]);
          } else if (arrival.kind === 'snapshot') {
            const joined = client.upTo(arrival.lastSeq);
            for (const { changes } of waiting) for (const change of changes) joined.add(change.id);
            expect(client.missing(joined, Math.max(...joined))).not.toEqual([]);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is never lost while messages come in order, twice or not', () => {
    fc.assert(
      fc.property(arrivals(shared, { loses: false }), ({ stream, arrived }) => {
        const client = new Client(newSequencer(), stream);
        const verdicts = arrived.map((arrival) => [arrival.kind, client.take(arrival)]);
        expect(verdicts).not.toContainEqual(['delta', 'gap']);
        const first = verdicts.findIndex(([kind, verdict]) => kind === 'snapshot' && verdict === 'applied');
        if (first >= 0) expect(verdicts.slice(first)).not.toContainEqual(['delta', 'waiting']);
      }),
    );
  });
});

describe('Binance', () => {
  const sequencer = () => adapterOf('binance').streams.books.sequencer();
  const delta = (one: BookSequencer, U: number, u: number, pu: number) => one.delta(U, u, pu, Number.NaN);
  const snapshot = (one: BookSequencer, id: number) => one.snapshot(id, Number.NaN);

  it('passes over what ends before the snapshot, and begins with what spans it', () => {
    const one = sequencer();
    expect(snapshot(one, 100)).toBe('applied');
    expect(delta(one, 90, 99, 80)).toBe('stale');
    expect(delta(one, 100, 104, 99)).toBe('applied');
    expect(delta(one, 111, 112, 104), 'U may leave numbers out, as they are shared').toBe('applied');
  });

  it.each([
    ['ends at it', 96, 100, 90],
    ['begins at it', 100, 108, 90],
    ['continues it exactly', 105, 108, 100],
  ])('begins with a message that %s', (_how, U, u, pu) => {
    const one = sequencer();
    snapshot(one, 100);
    expect([delta(one, U, u, pu), one.isLive]).toEqual(['applied', true]);
  });

  it('tells a gap after the snapshot, and a gap by pu', () => {
    const one = sequencer();
    snapshot(one, 100);
    expect([delta(one, 105, 108, 103), one.isLive]).toEqual(['gap', false]);
    snapshot(one, 108);
    expect(delta(one, 109, 110, 108)).toBe('applied');
    expect(delta(one, 111, 112, 109), 'U follows, and pu does not').toBe('gap');
    expect(delta(one, 113, 114, 112)).toBe('waiting');
  });

  it('joins a snapshot that arrives after its messages, and asks for another where it is too old', () => {
    const one = sequencer();
    expect([delta(one, 101, 105, 99), delta(one, 107, 110, 105)]).toEqual(['waiting', 'waiting']);
    expect([snapshot(one, 98), one.isLive]).toEqual(['gap', false]);
    expect([snapshot(one, 103), one.isLive]).toEqual(['applied', true]);
    expect(delta(one, 112, 115, 110), 'it stands at the last message that waited').toBe('applied');
    expect(snapshot(one, 110), 'older than the book').toBe('stale');
  });

  it('does not join across a break among the messages that wait', () => {
    const one = sequencer();
    delta(one, 101, 105, 99);
    delta(one, 120, 125, 118);
    expect(snapshot(one, 103)).toBe('gap');
    expect(snapshot(one, 118)).toBe('applied');
  });

  it('forgets the oldest of the messages that wait where they grow too many', () => {
    const one = sequencer();
    for (let u = 1; u <= 20_000; u++) expect(delta(one, u, u, u - 1)).toBe('waiting');
    expect(snapshot(one, 100)).toBe('gap');
    expect(snapshot(one, 19_000)).toBe('applied');
    expect(delta(one, 20_001, 20_001, 20_000)).toBe('applied');
  });

  it('knows nothing any more after the connection changed', () => {
    const one = sequencer();
    snapshot(one, 100);
    one.reset();
    expect([one.isLive, delta(one, 101, 102, 100)]).toEqual([false, 'waiting']);
  });
});

describe('Backpack', () => {
  const sequencer = () => adapterOf('backpack').streams.books.sequencer();
  const delta = (one: BookSequencer, U: number, u: number) => one.delta(U, u, Number.NaN, Number.NaN);

  it('begins right after the snapshot, or within a message that spans its end', () => {
    const one = sequencer();
    one.snapshot(100, Number.NaN);
    expect([delta(one, 99, 100), delta(one, 101, 101), delta(one, 102, 105)]).toEqual(['stale', 'applied', 'applied']);
    one.snapshot(120, Number.NaN);
    expect([delta(one, 118, 122), delta(one, 123, 123)]).toEqual(['applied', 'applied']);
  });

  it('takes a reply that is one ahead of the stream', () => {
    const one = sequencer();
    expect(delta(one, 101, 101)).toBe('waiting');
    expect(one.snapshot(102, Number.NaN)).toBe('applied');
    expect([delta(one, 102, 102), delta(one, 103, 103)]).toEqual(['stale', 'applied']);
  });

  it('tells a number that was left out', () => {
    const one = sequencer();
    one.snapshot(100, Number.NaN);
    expect([delta(one, 101, 101), delta(one, 103, 104), one.isLive]).toEqual(['applied', 'gap', false]);
    expect(one.snapshot(102, Number.NaN), 'joins the message that told of the gap').toBe('applied');
    expect(delta(one, 105, 105)).toBe('applied');
  });
});
