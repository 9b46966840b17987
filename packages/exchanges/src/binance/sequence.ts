import { JoinedSequencer, type JoinRule } from '../book/joined-sequencer.ts';

/**
 * Diff depth ("How to manage a local order book correctly", USD-M): a message that ends before the snapshot is in it;
 * the first one to apply spans the snapshot's number, or continues it exactly; each one after names the one before as
 * `pu`. `U` is no help: numbers are shared by all symbols, so that those of one have holes.
 */
const rule: JoinRule = {
  isIn: ({ last }, snapshot) => last < snapshot,
  joins: ({ first, last, previous }, snapshot) => (first <= snapshot && snapshot <= last) || previous === snapshot,
  follows: ({ previous }, last) => previous === last,
};

export function sequencer(): JoinedSequencer {
  return new JoinedSequencer(rule);
}
