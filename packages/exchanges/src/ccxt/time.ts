/** Microseconds from the milliseconds of one of ccxt's structures, which may have a fraction; null when absent or 0. */
export function timeOfStructure(value: unknown): number | null {
  const ms = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof ms === 'number' && Number.isFinite(ms) && ms > 0 ? Math.round(ms * 1000) : null;
}
