/**
 * Messages in the shape of Binance's combined streams, as whole WebSocket frames (RFC 6455, section 5.2) whose ids and
 * times are written in place: they cost their sender next to nothing. All of it is simulated.
 */

export interface Template {
  readonly frame: Buffer;
  /** Rows that the message holds. */
  readonly rows: number;
  /** Writes the next ids and the time (ms) into the frame. */
  next(ms: number): void;
}

const idDigits = 13;
const firstId = 5_000_000_000_000;

/** An aggregate trade of a symbol, one template for each of its price levels. */
export function tradeTemplates(symbol: string, count: number): Template[] {
  let id = firstId;
  return Array.from({ length: count }, (_, index) => {
    const price = (67_000 + index * 1.3).toFixed(2);
    const size = (0.001 * ((index * 7919) % 9973)).toFixed(3);
    const at = zeros();
    const event = { e: 'aggTrade', E: at.ms, a: at.id, s: symbol, p: price, q: size, f: at.id, l: at.id, T: at.ms };
    const text = JSON.stringify({ stream: `${symbol.toLowerCase()}@aggTrade`, data: { ...event, m: index % 2 === 0 } });
    const frame = frameOf(text);
    const [sent = 0, traded = 0] = places(frame, /"[ET]":(?=\d)/g);
    const ids = places(frame, /"[afl]":(?=\d)/g);
    return {
      frame,
      rows: 1,
      next(ms) {
        id += 1;
        write(frame, sent, ms, 13);
        write(frame, traded, ms, 13);
        for (const place of ids) write(frame, place, id, idDigits);
      },
    };
  });
}

/** Changes of a book, as many bids and as many asks as there are levels. */
export function depthTemplates(symbol: string, count: number, levels: number): Template[] {
  let last = firstId;
  let isFirst = true;
  return Array.from({ length: count }, (_, index) => {
    const at = zeros();
    const side = (sign: number) =>
      Array.from({ length: levels }, (_level, depth) => [
        (67_000 + sign * (0.1 + depth * 0.1) + index * 0.7).toFixed(2),
        (0.001 * (((index + depth) * 7919) % 99_991)).toFixed(3),
      ]);
    const numbers = { U: at.id, u: at.id, pu: at.id };
    const event = { e: 'depthUpdate', E: at.ms, T: at.ms, s: symbol, ...numbers, b: side(-1), a: side(1) };
    const frame = frameOf(JSON.stringify({ stream: `${symbol.toLowerCase()}@depth@100ms`, data: event }));
    const times = places(frame, /"[ET]":(?=\d)/g);
    const [first = 0] = places(frame, /"U":/g);
    const [end = 0] = places(frame, /"u":/g);
    const [previous = 0] = places(frame, /"pu":/g);
    return {
      frame,
      rows: 2 * levels,
      next(ms) {
        for (const place of times) write(frame, place, ms, 13);
        // The first changes reach back to any snapshot.
        write(frame, first, isFirst ? 1_000_000_000 : last + 1, idDigits);
        write(frame, previous, last, idDigits);
        last += 7;
        write(frame, end, last, idDigits);
        isFirst = false;
      },
    };
  });
}

function zeros() {
  return { id: firstId, ms: 1_700_000_000_000 };
}

function frameOf(text: string): Buffer {
  const payload = Buffer.from(text);
  const head =
    payload.length < 126
      ? Buffer.from([0x81, payload.length])
      : Buffer.from([0x81, 126, payload.length >> 8, payload.length & 255]);
  return Buffer.concat([head, payload]);
}

/** Where the digits after each match of a pattern begin. */
function places(frame: Buffer, pattern: RegExp): number[] {
  return [...frame.toString('latin1').matchAll(pattern)].map((match) => match.index + match[0].length);
}

/** Writes a number, aligned to the right of its place; JSON allows blanks before it and no leading zeros. */
function write(frame: Buffer, place: number, value: number, digits: number): void {
  let rest = value;
  for (let at = place + digits - 1; at >= place; at -= 1) {
    frame[at] = rest === 0 ? 0x20 : 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}
