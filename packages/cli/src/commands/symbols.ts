import { failureOf, type Instrument, listInstruments } from '@feedlake/collector';
import { StoreError, snapshotName } from '@feedlake/lake';
import { now } from '@feedlake/schema';
import type { Context } from '../context.ts';
import { formatRows, rowFormat } from '../output/rows.ts';
import { writeAll } from '../output/write.ts';
import { outcome, reportFailures, reportRejected } from '../report.ts';

export interface SymbolsOptions {
  readonly exchange?: readonly string[];
  readonly match?: string;
  readonly store?: boolean;
  readonly format: string;
}

const shown = [
  ['exchange', 'exchange'],
  ['symbol', 'symbol'],
  ['venue_symbol', 'venue name'],
  ['type', 'type'],
  ['price_tick', 'tick'],
  ['size_step', 'size step'],
  ['contract_size', 'contract size'],
  ['funding_interval_seconds', 'funding interval s'],
  ['status', 'status'],
] as const;

/**
 * `feedlake symbols`: the instruments of some exchanges.
 * @returns the exit code.
 */
export async function symbolsCommand(context: Context, options: SymbolsOptions): Promise<number> {
  const format = rowFormat(options.format);
  const time = now();
  const lake = options.store === true ? context.lake() : null;
  const { venues, failures } = context.venues(options.exchange);
  let turnedDown = 0;
  const lists = await Promise.all(
    venues.map(async (venue): Promise<Instrument[]> => {
      try {
        const { instruments, rejected } = await listInstruments(venue, null, context.signal);
        reportRejected(context, venue.id, rejected);
        turnedDown += rejected.length;
        await lake?.write('instruments', venue.id, snapshotName(time), instruments);
        return instruments;
      } catch (error) {
        if (error instanceof StoreError) throw error;
        failures.push(failureOf(venue.id, null, error, context.signal));
        return [];
      }
    }),
  );
  const part = options.match?.toLowerCase() ?? '';
  const rows = lists
    .flat()
    .filter(({ symbol, venue_symbol }) => `${symbol} ${venue_symbol}`.toLowerCase().includes(part))
    .sort((a, b) => compare(a.exchange, b.exchange) || compare(a.symbol, b.symbol));
  await writeAll(context.streams.stdout, formatRows('instruments', rows, format, shown));
  reportFailures(context, failures);
  context.say(`${rows.length} instruments`);
  return outcome(lists.flat().length, failures.length + turnedDown);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
