import { JoinedSequencer, type JoinRule } from '../book/joined-sequencer.ts';

/**
 * `depth` (docs: "Streams", Depth): every number of a market is in exactly one message, so that each begins right after
 * the one before. A reply may be a number ahead of the stream: what it holds already is passed over.
 */
const rule: JoinRule = {
  isIn: ({ last }, snapshot) => last <= snapshot,
  joins: ({ first, last }, snapshot) => first <= snapshot + 1 && snapshot + 1 <= last,
  follows: ({ first }, last) => first === last + 1,
};

export function sequencer(): JoinedSequencer {
  return new JoinedSequencer(rule);
}
