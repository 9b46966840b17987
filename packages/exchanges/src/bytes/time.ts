/** Whether a number of microseconds is a time as mappers take it: 0 means that none was told. */
export function isTime(micros: number): boolean {
  return micros > 0 && micros <= Number.MAX_SAFE_INTEGER;
}
