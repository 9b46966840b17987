import { literal } from './literal.ts';

/** What the value of a member has to be. */
export interface Member {
  readonly kind: number;
  /** The values of a choice, as they stand in the message. */
  readonly values?: readonly string[];
  readonly mayBeAbsent?: true;
}

const kinds = { whole: 0, decimal: 1, text: 2, name: 3, choice: 4, texts: 5, bids: 6, asks: 7, skipped: 8 };

/** A JSON number that is whole. */
export const whole: Member = { kind: kinds.whole };
/** A decimal in quotes. */
export const decimal: Member = { kind: kinds.decimal };
export const text: Member = { kind: kinds.text };
/** The name of the instrument that the message has to be about. */
export const name: Member = { kind: kinds.name };
/** An array of texts. */
export const texts: Member = { kind: kinds.texts };
/** Levels of a book, `[["price","size"],…]`, which are handed over. */
export const bids: Member = { kind: kinds.bids };
export const asks: Member = { kind: kinds.asks };
/** Levels of a book that are passed over. */
export const skipped: Member = { kind: kinds.skipped };

/** One of a few values, given as they stand in JSON. */
export function choice(...values: readonly string[]): Member {
  return { kind: kinds.choice, values };
}

export const flag = choice('false', 'true');

export function optional(member: Member): Member {
  return { ...member, mayBeAbsent: true };
}

const table = new Int32Array(1 << 11);
let used = 0;

/**
 * The table of all shapes. The entry of one is a bit for each member that may not be absent, the place behind its
 * members, and the members. That of a member is its key with quotes and colon, as the first four bytes, those behind
 * them, the bits that these take in a word, and the key's length; its kind; for a choice the place and number of its
 * literals; and its slot.
 */
export const shapes = {
  table,
  kinds,
  atEnd: 1,
  atMembers: 2,
  atRest: 1,
  atMask: 2,
  atLength: 3,
  atKind: 4,
  atLiterals: 5,
  atCount: 6,
  atSlot: 7,
  memberSize: 8,
};

const { atEnd, atMembers, atRest, atMask, atLength, atKind, atLiterals, atCount, atSlot, memberSize } = shapes;

/** A shape: where its entry begins in the table of shapes. */
export type Shape = number;

/**
 * Describes an object whose members come in any order, each at most once; in the order given they are found fastest.
 * Something for constants of a module, as shapes stay for good.
 * @param members By name; names have one to five letters.
 * @returns the shape, and the slots that members are found in afterwards.
 */
export function shape<Name extends string>(
  members: Readonly<Record<Name, Member>>,
): { readonly shape: Shape; readonly slots: Readonly<Record<Name, number>> } {
  const names = Object.keys(members) as Name[];
  if (names.length > 31) throw new RangeError('a shape has at most 31 members');
  const shape = allot(atMembers + names.length * memberSize);
  table[shape] = names.reduce((bits, name, slot) => bits | (members[name].mayBeAbsent ? 0 : 1 << slot), 0);
  table[shape + atEnd] = shape + atMembers + names.length * memberSize;
  names.forEach((name, slot) => {
    const member = shape + atMembers + slot * memberSize;
    table[member + atSlot] = slot;
    describe(member, name, members[name]);
  });
  const slots = Object.fromEntries(names.map((name, slot) => [name, slot])) as Record<Name, number>;
  return { shape, slots };
}

function describe(member: number, name: string, { kind, values = [] }: Member): void {
  const key = Buffer.alloc(8);
  const length = key.write(`"${name}":`, 'latin1');
  if (length !== name.length + 3) throw new RangeError(`the name of a member is too long: ${name}`);
  table[member] = key.readInt32LE(0);
  table[member + atRest] = key.readInt32LE(4);
  table[member + atMask] = 2 ** (8 * (length - 4)) - 1;
  table[member + atLength] = length;
  table[member + atKind] = kind;
  const literals = allot(values.length);
  table[member + atLiterals] = literals;
  table[member + atCount] = values.length;
  values.forEach((value, index) => {
    table[literals + index] = literal(value);
  });
}

function allot(size: number): number {
  const start = used;
  used += size;
  if (used >= table.length) throw new RangeError('the table of shapes is full');
  return start;
}
