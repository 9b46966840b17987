import * as z from 'zod';
import { schedule } from './schedule.ts';
import { allOrNames } from './text.ts';

const snapshot = (dataset: string, every: string) =>
  z
    .strictObject({
      enabled: z.boolean().default(true).describe('Whether it is taken'),
      every: schedule()
        .default(every)
        .meta({ description: 'Interval, or cron expression of five fields in UTC', examples: ['5m', '*/5 * * * *'] }),
      exchanges: allOrNames().prefault('all').describe('Exchanges: `all` that are enabled, or a list'),
      symbols: allOrNames().optional().describe("Instruments: `all`, or a list; default: the exchange's `symbols`"),
    })
    .prefault({})
    .describe(`Snapshots of ${dataset}`);

/** The `snapshots` section: what is polled, and when. */
export const snapshots = z
  .strictObject({
    open_interest: snapshot('open interest', '5m'),
    funding_rates: snapshot('funding rates', '5m'),
    instruments: snapshot('the list of instruments', '1h'),
  })
  .prefault({})
  .describe('What is polled on a schedule, by dataset');
