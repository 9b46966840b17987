/** A time as Backpack writes it: UTC without saying so, `2026-09-23T04:00:00`. Microseconds in. */
export function naive(micros: number): string {
  return new Date(Math.floor(micros / 1000)).toISOString().slice(0, 19);
}
