import { decimalOfDouble, plainDecimal } from './decimal.ts';

/**
 * JSON whose numbers lose no digits: a number that a double cannot give back exactly arrives as its text, every other
 * value as `JSON.parse` gives it.
 */

const longNumber = /(?:^|[-[:,\s])\d(?:[\d.eE+-]{15}|[\d.]*[eE][+-]?\d{3})/;

/**
 * Parses JSON losslessly.
 * @throws SyntaxError when the text is no JSON.
 */
export function parseJson(text: string): unknown {
  if (!longNumber.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value, context?: { source?: string }) =>
    typeof value === 'number' && context?.source !== undefined && !isSame(value, context.source)
      ? context.source
      : value,
  );
}

function isSame(value: number, source: string): boolean {
  return Number.isFinite(value) && plainDecimal(source) === decimalOfDouble(value);
}
