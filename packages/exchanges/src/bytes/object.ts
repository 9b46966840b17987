import type { BookSink } from '../stream/hot.ts';
import { scanLevels, skipLevels } from './levels.ts';
import { scanLiteral } from './literal.ts';
import { message, nowhere } from './message.ts';
import { scanDecimal, scanWhole } from './number.ts';
import { type Shape, shapes } from './shape.ts';
import { scanName, scanText, scanTexts } from './text.ts';

const { bytes, view } = message;
const { table, kinds, atEnd, atMembers, atRest, atMask, atLength, atKind, atLiterals, atCount, atSlot, memberSize } =
  shapes;
const { whole, decimal, text, name: ofInstrument, choice, texts, bids, asks } = kinds;

const quote = 0x22;
const comma = 0x2c;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** By slot: where the value of a member begins and ends, and which of its values a choice has. */
const starts = new Int32Array(32);
const ends = new Int32Array(32);
const choices = new Int32Array(32);
let found = 0;

/** Where the value of a member begins that is no number. */
export function startOf(slot: number): number {
  return starts[slot] as number;
}

/** Where the value of a member ends that is no number. */
export function endOf(slot: number): number {
  return ends[slot] as number;
}

/** Which of its values a choice has, from 0. */
export function choiceIn(slot: number): number {
  return choices[slot] as number;
}

/** Whether the object that was scanned last has a member. */
export function isPresent(slot: number): boolean {
  return ((found >>> slot) & 1) === 1;
}

/** Whether there is a level on one side of a book at least; a message without any is for its mapper. */
export function hasLevels(bids: number, asks: number): boolean {
  return endOf(bids) - startOf(bids) + endOf(asks) - startOf(asks) > 2 * '[]'.length;
}

/**
 * Scans an object of a shape. Its numbers, choices and the places of its texts are in the slots of its members then.
 * @param name Of the instrument that it has to be about.
 * @param sink Takes levels, of objects that have some.
 */
export function scanObject(at: number, shape: Shape, name: Uint8Array, sink: BookSink | null): number {
  if (bytes[at] !== openBrace) return nowhere;
  const first = shape + atMembers;
  const end = table[shape + atEnd] as number;
  let seen = 0;
  let member = first - memberSize;
  let next = at;
  do {
    next += 1;
    const key = view.getInt32(next, true);
    member += memberSize;
    if (table[member] !== key || member >= end) {
      member = first;
      while (table[member] !== key) {
        member += memberSize;
        if (member >= end) return nowhere;
      }
    }
    if ((view.getInt32(next + 4, true) & (table[member + atMask] as number)) !== table[member + atRest]) return nowhere;
    next += table[member + atLength] as number;
    const slot = table[member + atSlot] as number;
    const bit = 1 << slot;
    if ((seen & bit) !== 0) return nowhere;
    seen |= bit;
    const kind = table[member + atKind] as number;
    if (kind === whole) next = scanWhole(next, slot);
    else if (kind === decimal) next = bytes[next] === quote ? scanDecimal(next + 1, slot) : nowhere;
    else if (kind === ofInstrument) next = scanName(next, name);
    else {
      starts[slot] = next;
      if (kind === choice) next = scanChoice(next, member, slot);
      else if (kind === text) next = scanText(next);
      else next = scanMany(next, kind, sink);
      ends[slot] = next;
    }
  } while (bytes[next] === comma);
  found = seen;
  const required = table[shape] as number;
  return bytes[next] === closeBrace && (seen & required) === required ? next + 1 : nowhere;
}

function scanChoice(at: number, member: number, slot: number): number {
  const literals = table[member + atLiterals] as number;
  const count = table[member + atCount] as number;
  for (let index = 0; index < count; index += 1) {
    const end = scanLiteral(at, table[literals + index] as number);
    if (end === nowhere) continue;
    choices[slot] = index;
    return end;
  }
  return nowhere;
}

function scanMany(at: number, kind: number, sink: BookSink | null): number {
  if (kind === texts) return scanTexts(at);
  if (sink === null || (kind !== bids && kind !== asks)) return skipLevels(at);
  return scanLevels(at, kind === bids, sink);
}
