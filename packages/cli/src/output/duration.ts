const units = [
  { name: 'd', micros: 86_400_000_000, smaller: 'h', smallerMicros: 3_600_000_000 },
  { name: 'h', micros: 3_600_000_000, smaller: 'min', smallerMicros: 60_000_000 },
  { name: 'min', micros: 60_000_000, smaller: 's', smallerMicros: 1_000_000 },
] as const;

/** A length of time in microseconds, for people: its two largest units, `2 h 05 min`, `4.2 s`, `12 ms`. */
export function durationText(micros: number): string {
  for (const { name, micros: one, smaller, smallerMicros } of units) {
    if (micros < one) continue;
    const rest = Math.floor((micros % one) / smallerMicros);
    return `${Math.floor(micros / one)} ${name}${rest === 0 ? '' : ` ${String(rest).padStart(2, '0')} ${smaller}`}`;
  }
  if (micros >= 1_000_000) return `${Math.floor(micros / 100_000) / 10} s`;
  return micros >= 1000 ? `${Math.floor(micros / 1000)} ms` : `${micros} µs`;
}
