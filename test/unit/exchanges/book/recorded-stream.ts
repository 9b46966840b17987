import fc from 'fast-check';

/** A change of one level, under a number of the venue's. Sizes are never the same twice. */
export interface Change {
  readonly id: number;
  readonly price: number;
  readonly size: number;
}

/** A message with the changes since the one before. */
export interface Sent {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly prevSeq: number;
  readonly changes: readonly Change[];
}

/** All that a venue sends about one book, in its order. */
export interface Recorded {
  readonly sent: readonly Sent[];
  /** Numbers of all changes, ascending. */
  readonly ids: readonly number[];
}

/** What a client gets to see, in the order in which it does. */
export type Arrival =
  | { readonly kind: 'delta'; readonly message: Sent }
  | { readonly kind: 'snapshot'; readonly lastSeq: number }
  | { readonly kind: 'reset' };

/**
 * A stream of changes: one to four in each message, whose numbers are those of this book alone (`shared` 0), or are
 * shared with other books and so have holes.
 */
function recorded(shared: number): fc.Arbitrary<Recorded> {
  const change = fc.record({ skip: fc.integer({ min: 1, max: 1 + shared }), price: fc.integer({ min: 1, max: 4 }) });
  return fc.array(fc.array(change, { minLength: 1, maxLength: 4 }), { minLength: 5, maxLength: 30 }).map((messages) => {
    let id = 100;
    let prevSeq = 100;
    const sent = messages.map((list) => {
      const changes = list.map(({ skip, price }) => {
        id += skip;
        return { id, price, size: id };
      });
      const message = { firstSeq: changes[0]?.id ?? id, lastSeq: id, prevSeq, changes };
      prevSeq = id;
      return message;
    });
    return { sent, ids: sent.flatMap(({ changes }) => changes.map((one) => one.id)) };
  });
}

export interface Faults {
  /** Messages are lost or swapped, and connections change. */
  readonly loses: boolean;
}

/** What reaches a client of such a stream: with messages that come twice, and whole books older and newer than it. */
export function arrivals(shared: number, { loses }: Faults): fc.Arbitrary<{ stream: Recorded; arrived: Arrival[] }> {
  const fate = fc.constantFrom('once', 'once', 'once', 'twice', ...(loses ? ['lost', 'swapped', 'reset'] : []));
  const snapshot = fc.option(fc.integer({ min: -12, max: 4 }), { nil: null, freq: 3 });
  return fc
    .tuple(recorded(shared), fc.array(fc.tuple(fate, snapshot), { minLength: 30, maxLength: 30 }), fc.nat(4))
    .map(([stream, fates, start]) => {
      const arrived: Arrival[] = [];
      for (let at = start; at < stream.sent.length; at++) {
        const [fate, offset] = fates[at] ?? ['once', null];
        const message = stream.sent[at] as Sent;
        const delta: Arrival = { kind: 'delta', message };
        const before = arrived.at(-1);
        if (fate === 'reset') arrived.push({ kind: 'reset' }, delta);
        else if (fate === 'swapped' && before?.kind === 'delta') arrived.splice(-1, 1, delta, before);
        else if (fate !== 'lost') arrived.push(delta, ...(fate === 'twice' ? [delta] : []));
        if (offset !== null) {
          const place = stream.ids.indexOf(message.lastSeq) + offset;
          const lastSeq = stream.ids[Math.max(0, Math.min(place, stream.ids.length - 1))] ?? 0;
          arrived.push({ kind: 'snapshot', lastSeq });
        }
      }
      return { stream, arrived };
    });
}
