import { literal, type Literal, scanLiteral, scanName } from './literal.ts';
import { byteAt, nowhere, wordAt } from './message.ts';
import { scanDecimal, scanWhole } from './number.ts';
import { scanText } from './text.ts';

export type Member =
  | { readonly kind: 'whole' | 'decimal' | 'text' | 'name' }
  | { readonly kind: 'choice'; readonly of: readonly string[] };

const kinds = { whole: 0, decimal: 1, text: 2, name: 3, choice: 4 };
const stride = 4;
const table = new Int32Array(1 << 10);
let used = 0;

export type Shape = number;
export function shape(members: Readonly<Record<string, Member>>, optional: readonly string[]): Shape {
  const names = Object.keys(members);
  const start = used;
  used += 2 + stride * names.length;
  table[start] = names.length;
  table[start + 1] = names.reduce((bits, name, index) => (optional.includes(name) ? bits : bits | (1 << index)), 0);
  names.forEach((name, index) => {
    const member = members[name] as Member;
    const entry = start + 2 + stride * index;
    table[entry] = Buffer.from(`"${name}":`).readInt32LE();
    table[entry + 1] = literal(`"${name}":`);
    table[entry + 2] = kinds[member.kind];
    if (member.kind === 'choice') {
      table[entry + 3] = used;
      table[used] = member.of.length;
      used += 1;
      for (const text of member.of) {
        table[used] = literal(text);
        used += 1;
      }
    }
  });
  return start;
}

const choices = new Int32Array(32);
const starts = new Int32Array(32);
const ends = new Int32Array(32);

const comma = 0x2c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const quote = 0x22;
export function startOf(member: number): number {
  return starts[member] as number;
}
export function endOf(member: number): number {
  return ends[member] as number;
}
export function choiceOf(member: number): number {
  return choices[member] as number;
}
const state = new Int32Array(1);
export function seen(): number { return state[0] as number; }

export function scanObject(at: number, shape: Shape, name: Uint8Array): number {
  if (byteAt(at) !== openBrace) return nowhere;
  const first = shape + 2;
  const end = first + stride * (table[shape] as number);
  let found = 0;
  let next = at;
  let entry = first - stride;
  do {
    next += 1;
    const key = wordAt(next);
    entry += stride;
    if (entry === end || table[entry] !== key) {
      for (entry = first; table[entry] !== key; ) { entry += stride; if (entry === end) return nowhere; }
    }
    next = scanLiteral(next, table[entry + 1] as Literal);
    const member = (entry - first) >> 2;
    const bit = 1 << member;
    if ((found & bit) !== 0) return nowhere;
    found |= bit;
    switch (table[entry + 2]) {
      case 0:
        next = scanWhole(next, member);
        break;
      case 1:
        next = scanDecimal(next, member);
        break;
      case 2:
        if (byteAt(next) !== quote) return nowhere;
        starts[member] = next + 1;
        next = scanText(next + 1);
        ends[member] = next - 1;
        break;
      case 3:
        next = scanName(next, name);
        break;
      default:
        next = scanChoice(next, table[entry + 3] as number, member);
    }
  } while (byteAt(next) === comma);
  state[0] = found;
  const required = table[shape + 1] as number;
  return byteAt(next) === closeBrace && (found & required) === required ? next + 1 : nowhere;
}
function scanChoice(at: number, choice: number, member: number): number {
  const count = table[choice] as number;
  for (let index = 0; index < count; index += 1) {
    const end = scanLiteral(at, table[choice + 1 + index] as Literal);
    if (end !== nowhere) {
      choices[member] = index;
      return end;
    }
  }
  return nowhere;
}
