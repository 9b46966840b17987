import * as z from 'zod';
import { fargateSize } from './fargate.ts';
import { schedule } from './schedule.ts';
import { size } from './text.ts';

const secretName = /^[A-Z][A-Za-z0-9]{0,62}$/;

/** What CloudWatch Logs takes as retention. */
const retentionDays = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827] as const;

const streamerSettings = fargateSize({ cpu: 1, memory: 2 })
  .safeExtend({
    enabled: z
      .boolean()
      .default(true)
      .describe('Whether the streamer is deployed; without `channels` at any exchange there is nothing to stream'),
    storage_gb: z
      .int()
      .min(20)
      .max(200)
      .default(30)
      .describe('Disk of a task, with room for `streamer.spool_max_bytes` and the image; 20 cost nothing'),
    shards: z.int().min(1).max(50).default(1).describe('Tasks that share the symbols'),
    redundant: z.boolean().default(false).describe('Whether every shard is recorded by two tasks, twins, at once'),
  })
  .prefault({})
  .describe('Tasks that stream');

const compactionSettings = fargateSize({ cpu: 1, memory: 4 })
  .safeExtend({
    storage_gb: z.int().min(20).max(200).default(50).describe('Disk of a task; 20 cost nothing'),
  })
  .prefault({})
  .describe('The task that compacts');

const apiSettings = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Whether the HTTP API is deployed, as a function with a URL'),
    concurrency: z
      .union([z.int().min(1).max(1000), z.literal('unreserved')])
      .default(10)
      .describe(
        'Requests served at once, reserved from the quota of the account, of which AWS wants 100 left over; ' +
          '`unreserved` reserves and limits nothing',
      ),
  })
  .prefault({})
  .describe('HTTP API');

const alarmSettings = z
  .strictObject({
    email: z.email('an e-mail address').optional().describe('Who is told; AWS asks for a confirmation once'),
    completeness: z
      .number()
      .gt(0)
      .max(1)
      .default(0.99)
      .describe('Part of the time that has to be covered, over every dataset and exchange'),
    budget_usd: z
      .number()
      .positive()
      .optional()
      .describe(
        'Cost of a month of the whole account, in US dollars, at 80 % of which (or a forecast of all of it) is told',
      ),
  })
  .prefault({})
  .describe('Alarms and who hears them');

/** The `aws` section: what `sst deploy` reads. Exported under a name that SST does not put before every module. */
export const awsSettings = z
  .strictObject({
    region: z
      .string()
      .regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'a region such as `ap-northeast-1`')
      .default('ap-northeast-1')
      .describe('Where everything runs; exchanges refuse requests from some regions'),
    secrets: z
      .array(z.string().regex(secretName, 'a name of letters and digits that begins with a capital'))
      .default([])
      .meta({
        description:
          'Further secrets of `sst secret set`, for this file to refer to by their names in capitals (`BybitKey` as ' +
          'a variable `BYBIT_KEY`)',
        examples: [['BybitKey', 'BybitSecret']],
      }),
    log_retention_days: z.literal(retentionDays).default(30).describe('How long logs are kept, in days'),
    storage: z
      .strictObject({
        tiering_days: z
          .int()
          .min(0)
          .default(30)
          .describe('Age in days at which objects move to Intelligent-Tiering, which follows their use; 0 = at once'),
        noncurrent_days: z
          .int()
          .min(1)
          .default(7)
          .describe('How long what was deleted or replaced (compaction does so) can still be brought back, in days'),
      })
      .prefault({})
      .describe("Life of the lake's objects"),
    streamer: streamerSettings,
    compaction: compactionSettings,
    coverage: z
      .strictObject({
        every: schedule().default('15m').describe('When completeness is measured and published'),
      })
      .prefault({})
      .describe('Measuring completeness'),
    api: apiSettings,
    athena: z
      .strictObject({
        scan_limit: size()
          .default('100GB')
          .meta({ description: 'What one query may read at most (AWS asks for 10 MB or more)', examples: ['100GB'] }),
        results_days: z.int().min(1).default(7).describe('How long results of queries are kept, in days'),
      })
      .prefault({})
      .describe('Queries with Athena'),
    alarms: alarmSettings,
  })
  .prefault({})
  .describe('Deployment on AWS; without effect anywhere else');
