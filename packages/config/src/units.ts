import { durationShape, sizeShape } from './schema/text.ts';

const durationUnits: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const sizeUnits: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

/**
 * Milliseconds of a duration as settings have it: `500ms`, `10s`, `5m`, `1h`, `1d`.
 * @throws RangeError when the text is no duration.
 */
export function milliseconds(text: string): number {
  if (!durationShape.test(text)) throw new RangeError(`not a duration: ${JSON.stringify(text)}`);
  return inUnits(text, durationUnits);
}

/**
 * Bytes of a size as settings have it: a number, or `64MB` (10^6), `64MiB` (2^20).
 * @throws RangeError when the text is no size.
 */
export function bytes(size: number | string): number {
  if (typeof size === 'number') return size;
  if (!sizeShape.test(size)) throw new RangeError(`not a size: ${JSON.stringify(size)}`);
  return inUnits(size, sizeUnits);
}

function inUnits(text: string, units: Readonly<Record<string, number>>): number {
  const unit = text.replace(/^\d+/, '');
  return Number.parseInt(text, 10) * (units[unit] ?? Number.NaN);
}
