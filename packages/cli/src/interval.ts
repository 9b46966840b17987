import { UsageError } from './exit.ts';

const units: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

/**
 * Seconds of an interval as typed: `5m`, `1h`, `1d`.
 * @throws UsageError when the text is none.
 */
export function intervalSeconds(text: string): number {
  const parts = /^([1-9]\d{0,3})([mhd])$/.exec(text);
  const unit = units[parts?.[2] ?? ''];
  if (parts === null || unit === undefined) throw new UsageError(`--interval ${text}: write 5m, 1h or 1d`);
  return Number(parts[1]) * unit;
}
