import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrames, encodeFrame, floats, words } from '../../../packages/lake/src/spool/frame.ts';

const heads = [
  { kind: 'segment', writer: 'test' },
  { kind: 'trades', rows: 3, symbol: 'ÄÖ-USDT-PERP' },
  { kind: 'note', note: { says: 'FLS1 FLS1 FLS1' } },
  { kind: 'end' },
];
const columns = [
  [],
  [Float64Array.of(1.5, Number.NaN, -0), Uint32Array.of(1, 2, 3), new Uint8Array(), Uint8Array.of(7)],
  [Buffer.from('FLS1'.repeat(20))],
  [],
];
const encoded = heads.map((head, index) => encodeFrame(head, columns[index] ?? []));
const ends = encoded.map((_, index) => encoded.slice(0, index + 1).reduce((sum, { length }) => sum + length, 0));
const length = ends.at(-1) ?? 0;

/** The bytes of all four frames, at the beginning of a buffer of their own. */
function file(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat(encoded));
}

function headsIn(bytes: Uint8Array<ArrayBuffer>) {
  return decodeFrames(bytes).frames.map(({ head }) => head);
}

describe('frames of a segment file', () => {
  it('come back with their heads and columns', () => {
    const { frames, damagedBytes } = decodeFrames(file());
    expect(damagedBytes).toBe(0);
    expect(frames.map(({ head, end, stranded }) => ({ head, end, stranded }))).toEqual(
      heads.map((head, index) => ({ head, end: ends[index], stranded: false })),
    );
    const [numbers, counts, none, byte] = frames[1]?.columns ?? [];
    expect(floats(numbers)).toEqual(Float64Array.of(1.5, Number.NaN, -0));
    expect(words(counts)).toEqual(Uint32Array.of(1, 2, 3));
    expect([none, byte]).toEqual([new Uint8Array(), Uint8Array.of(7)]);
  });

  it('are those before the tear, wherever the file is torn', () => {
    for (let cut = 0; cut <= length; cut += 1) {
      const whole = ends.filter((end) => end <= cut);
      const torn = decodeFrames(file().slice(0, cut));
      expect(torn.frames.map(({ head }) => head)).toEqual(heads.slice(0, whole.length));
      expect(torn.damagedBytes).toBe(cut - (whole.at(-1) ?? 0));
    }
  });

  it('are those before the tear when a power cut leaves zeros behind it', () => {
    for (let cut = 0; cut < length; cut += 1) {
      const zeroed = file().fill(0, cut);
      // Where the rest was zeros anyway, as padding is, nothing is missing.
      const whole = encoded.filter((frame, index) => {
        const start = (ends[index] ?? 0) - frame.length;
        return Buffer.compare(zeroed.subarray(start, ends[index]), frame) === 0;
      });
      expect(headsIn(zeroed)).toEqual(heads.slice(0, whole.length));
    }
  });

  it('are all but the one that has a flipped bit', () => {
    for (let at = 0; at < length; at += 1) {
      for (const flip of [1 << (at % 8), 0xff]) {
        const damaged = file();
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        const hit = ends.findIndex((end) => at < end);
        const { frames, damagedBytes } = decodeFrames(damaged);
        expect(frames.map(({ head, stranded }) => ({ head, stranded }))).toEqual(
          heads.flatMap((head, index) => (index === hit ? [] : [{ head, stranded: index > hit }])),
        );
        expect(damagedBytes).toBe(encoded[hit]?.length);
      }
    }
  });

  it('are never made of something else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        const { frames, damagedBytes } = decodeFrames(Uint8Array.from(noise));
        expect({ frames, damagedBytes }).toEqual({ frames: [], damagedBytes: noise.length });
      }),
    );
  });
});
