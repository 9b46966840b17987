/**
 * Exact decimals as text. A DOUBLE holds every decimal of at most 15 significant digits (IEEE 754: DBL_DIG), so the
 * lake stores DOUBLEs and keeps the text beside the rare one that does not come back the same.
 */

const shape = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

/** Whether a text is a decimal number that a DOUBLE can at least approximate: digits, sign, point and exponent. */
export function isDecimal(text: string): boolean {
  return shape.test(text) && Number.isFinite(Number(text));
}

/**
 * The plain form of a decimal text: no exponent, no plus sign, no needless zeros. `1.50e2` gives `150`, `-0.0` gives
 * `-0`. Two texts mean the same number exactly when their plain forms are equal.
 * @throws RangeError when the text is no decimal number.
 */
export function plainDecimal(text: string): string {
  const parts = shape.exec(text);
  if (parts === null) throw new RangeError(`not a decimal number: ${JSON.stringify(text)}`);
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  const left = point > 0 ? digits.slice(0, point).padEnd(point, '0').replace(/^0+/, '') : '';
  const right = (point >= 0 ? digits.slice(point) : '0'.repeat(-point) + digits).replace(/0+$/, '');
  return `${sign === '-' ? '-' : ''}${left === '' ? '0' : left}${right === '' ? '' : `.${right}`}`;
}

/**
 * The shortest plain decimal text that reads back as this DOUBLE.
 * @throws RangeError for NaN and the infinities.
 */
export function decimalOfDouble(value: number): string {
  if (Object.is(value, -0)) return '-0';
  const text = String(value);
  // A number has no needless zeros: without an exponent it is plain (ECMA-262, Number::toString).
  return text.includes('e') || !Number.isFinite(value) ? plainDecimal(text) : text;
}

const fewDigits = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** Whether the text comes back the same (up to needless zeros) from a DOUBLE. Expects a decimal text. */
export function survivesDouble(text: string): boolean {
  if (text.length <= 15 && fewDigits.test(text)) return true;
  return plainDecimal(text) === decimalOfDouble(Number(text));
}

/**
 * The exact product of two decimal texts, in plain form.
 * @throws RangeError when one of them is no decimal number.
 */
export function multiply(a: string, b: string): string {
  const [left, leftScale] = unscaled(a);
  const [right, rightScale] = unscaled(b);
  return scaled(left * right, leftScale + rightScale);
}

/**
 * Half of a decimal text, exactly, in plain form.
 * @throws RangeError when it is no decimal number.
 */
export function half(text: string): string {
  return multiply(text, '0.5');
}

function unscaled(text: string): [bigint, number] {
  const plain = plainDecimal(text);
  const point = plain.indexOf('.');
  return point < 0 ? [BigInt(plain), 0] : [BigInt(plain.replace('.', '')), plain.length - point - 1];
}

function scaled(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const cut = digits.length - scale;
  const fraction = scale === 0 ? '' : `.${digits.slice(cut)}`;
  return plainDecimal(`${value < 0n ? '-' : ''}${digits.slice(0, cut)}${fraction}`);
}
