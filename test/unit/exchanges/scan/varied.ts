import fc from 'fast-check';
import { decimal, type Members, type Parts, quoted, whole } from './messages.ts';

/**
 * Changes that a venue, or whoever stands in between, might make to a message. It stays JSON or not; what becomes of it is
 * for the mapper to say.
 */

/** Values that stand where others are expected. */
const oddValue = fc.oneof(
  decimal,
  whole,
  fc.double().map((value) => JSON.stringify(value)),
  fc.double().map((value) => quoted(String(value))),
  fc.bigInt().map(String),
  fc.tuple(fc.bigInt(0n, 10n ** 25n), fc.nat(25)).map(([value, point]) => {
    const text = String(value).padStart(point + 1, '0');
    return quoted(`${text.slice(0, text.length - point)}.${text.slice(text.length - point)}`);
  }),
  fc.string().map((value) => JSON.stringify(value)),
  fc.string({ unit: 'binary' }).map((value) => JSON.stringify(value)),
  fc.constantFrom(
    ...['null', 'true', 'false', '0', '1', '2', '-0', '1e3', '1.0', '01', '9007199254740991', '9007199254740992'],
    ...['""', '"0"', '"-1"', '"+1"', '"-0.0"', '"1e5"', '"1E-5"', '"1."', '".5"', '"007"', '"1.5.2"', '"0x1f"', '" 1"'],
    ...['"NaN"', '"Infinity"', '"1_000"', '"1,5"', '"١"', '"0.0000000000000000000000001"', '"100000000000000000000"'],
    ...['[]', '{}', '[[]]', '[["1","2"]]', '[["1","2","3"]]', '[["1"]]', '[[1,2]]', '[["1","2"],]', '["0xa"]'],
    ...['"BTCUSDT"', '"btcusdt"', '"BTCUSD\\u0054"', '"BTC\\/USDT"', '"Buy"', '"SELL"', '"aggTrade"', '"depthUpdate"'],
  ),
);

const unknownKey = fc.constantFrom(
  'M',
  'X',
  'st',
  'ps',
  'x',
  'extra',
  '__proto__',
  'n',
  'e',
  'T',
  'p',
  'a',
  'cts',
  'dir',
);

const change = fc.oneof(
  fc.record({ kind: fc.constant('value' as const), at: fc.nat(12), value: oddValue }),
  fc.record({ kind: fc.constant('missing' as const), at: fc.nat(12) }),
  fc.record({ kind: fc.constant('more' as const), at: fc.nat(12), key: unknownKey, value: oddValue }),
  fc.record({ kind: fc.constant('moved' as const), at: fc.nat(12), to: fc.nat(12) }),
  fc.record({ kind: fc.constant('twice' as const), at: fc.nat(12), to: fc.nat(12), value: oddValue }),
);

type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

function changed(members: Members, one: Change): Members {
  const at = one.at % (members.length + 1);
  const key = members[at]?.[0] ?? 'none';
  switch (one.kind) {
    case 'value':
      return members.map((member, index) => (index === at ? [key, one.value] : member));
    case 'missing':
      return members.toSpliced(at, 1);
    case 'more':
      return members.toSpliced(at, 0, [one.key, one.value]);
    case 'moved':
      return members.toSpliced(at, 1).toSpliced(one.to % (members.length + 1), 0, ...members.slice(at, at + 1));
    case 'twice':
      return members.toSpliced(one.to % (members.length + 1), 0, [key, one.value]);
  }
}

const blank = fc.constantFrom('', '', '', '', ' ', '\n', '\t');

/** Objects written with blanks here and there. */
function writer([afterBrace, beforeColon, afterColon, afterComma, beforeBrace]: readonly string[]) {
  return (members: Members) => {
    const all = members.map(([key, value]) => `${quoted(key)}${beforeColon}:${afterColon}${value}`);
    return `{${afterBrace}${all.join(`,${afterComma}`)}${beforeBrace}}`;
  };
}

/** Changes of the text: another envelope, more behind it, another place for what is in it. */
const rewrite = fc.constantFrom<(text: string) => string>(
  ...Array.from({ length: 12 }, () => (text: string) => text),
  (text) => `${text}\n`,
  (text) => ` ${text}`,
  (text) => `[${text}]`,
  (text) => text.replace('"data":', '"data":['),
  (text) => text.replace('@depth', '@rpiDepth'),
  (text) => text.replace('@', '@depth5@'),
  (text) => text.replace('"delta"', '"other"'),
  (text) => text.replace('"snapshot"', '"delta"'),
  (text) => text.replace('orderbook.', 'orderbook'),
  (text) => text.replace('"stream":"', '"stream":"account.'),
  (text) => text.replace('"stream":"', '"stream":"\\u0061'),
  (text) => text.replace(/^\{("stream":"[^"]*"),("data":.*)\}$/, '{$2,$1}'),
  (text) => text.replace(/^\{("data":.*),("stream":"[^"]*")\}$/, '{$2,$1}'),
  (text) => text.slice(0, -1),
);

/** Variations of a message; most have one or two changes, some none. */
export function variations(
  parts: fc.Arbitrary<Parts>,
): fc.Arbitrary<{ readonly symbol: string; readonly text: string }> {
  const plainly = Array.from({ length: 5 }, () => '');
  return fc
    .tuple(
      parts,
      fc.array(fc.tuple(fc.nat(4), change), { maxLength: 2 }),
      fc.oneof({ weight: 4, arbitrary: fc.constant(plainly) }, fc.array(blank, { minLength: 5, maxLength: 5 })),
      rewrite,
    )
    .map(([{ symbol, events, write }, changes, blanks, rewritten]) => {
      const varied = events.map((members, index) =>
        changes.reduce((all, [event, one]) => (event % events.length === index ? changed(all, one) : all), members),
      );
      return { symbol, text: rewritten(write(varied.map(writer(blanks)))) };
    });
}
