/** Newer than the type declarations: makes a value that `JSON.stringify` writes exactly as this JSON text (ECMA-262, JSON.rawJSON). */
const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): unknown };

/** Parses JSON such that `JSON.stringify` of any part of it writes every number with the digits that it had. */
export function parseVerbatim(text: string): unknown {
  return JSON.parse(text, (_key, value, context?: { source?: string }) =>
    typeof value === 'number' && context?.source !== undefined ? rawJSON(context.source) : value,
  );
}

/** A JSON number with exactly these digits, for {@link JSON.stringify}. */
export function numberWithDigits(digits: string): unknown {
  return rawJSON(digits);
}
