import type { Failure } from '@feedlake/collector';
import type { Context } from './context.ts';
import { exitCode } from './exit.ts';

const shownEach = 5;

/** Says what did not come: failures with the same cause in one line. */
export function reportFailures(context: Context, failures: readonly Failure[]): void {
  const groups = new Map<string, Failure[]>();
  for (const failure of failures) {
    const key = `${failure.exchange} ${failure.symbol === null ? '' : 'symbol'} ${failure.message}`;
    groups.set(key, [...(groups.get(key) ?? []), failure]);
  }
  for (const group of groups.values()) {
    const [{ exchange, message, kind } = group[0] as Failure] = group;
    const symbols = group.flatMap(({ symbol }) => (symbol === null || message.includes(symbol) ? [] : [symbol]));
    const about = symbols.length > shownEach ? `${symbols.length} symbols` : symbols.join(', ');
    context.complain(`${exchange}${about === '' ? '' : ` ${about}`}: ${message} [${kind}]`);
  }
}

/** Says which rows of a venue were turned down, and why. */
export function reportRejected(context: Context, exchange: string, rejected: readonly string[]): void {
  for (const reason of rejected.slice(0, shownEach)) context.complain(`${exchange}: rejected: ${reason}`);
  if (rejected.length > shownEach) context.complain(`${exchange}: ${rejected.length} rows rejected in all`);
}

/** The exit code of work of which `came` pieces arrived and some did not. */
export function outcome(came: number, failed: number): number {
  if (failed === 0) return exitCode.ok;
  return came > 0 ? exitCode.partial : exitCode.failed;
}
