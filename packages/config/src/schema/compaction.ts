import * as z from 'zod';
import { schedule } from './schedule.ts';
import { duration, size } from './text.ts';

/** The `compaction` section: many small objects of a date become one. */
export const compaction = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Whether it runs on a schedule on AWS; `feedlake compact` always does'),
    after: duration()
      .default('6h')
      .describe('A date is compacted when it has been over for this long, so that what came late is in'),
    every: schedule()
      .default('30 6 * * *')
      .meta({
        description: 'When it runs on AWS: interval, or cron expression of five fields in UTC',
        examples: ['30 6 * * *', '12h'],
      }),
    memory: size()
      .default('1GB')
      .meta({ description: 'Memory for sorting; what does not fit goes into files in `state_dir`', examples: ['1GB'] }),
  })
  .prefault({})
  .describe('Compaction of dates that are over');
