import * as z from 'zod';
import { bytes } from '../units.ts';
import { duration, size } from './text.ts';
import { wait } from './wait.ts';

/** Files of two gigabytes can't be read at once, and a segment may grow by what is in memory after it is due. */
const mostSegmentBytes = 1_000_000_000;

const segment = z
  .strictObject({
    max_age: duration().default('5m').describe('A segment is closed at this age'),
    max_bytes: size()
      .refine((value) => bytes(value) <= mostSegmentBytes, {
        error: 'at most `1GB`: sealing a segment takes it into memory',
        when: ({ issues }) => issues.length === 0,
      })
      .default('64MB')
      .meta({ description: 'A segment is closed at this size', examples: ['64MB'] }),
    max_rows: z.int().positive().default(1_000_000).describe('A segment is closed at this many rows'),
  })
  .prefault({})
  .describe('When what was received becomes a Parquet object');

const shard = z
  .strictObject({
    index: z.int().min(0).default(0).describe('Which part this instance takes, from 0'),
    count: z.int().min(1).default(1).describe('How many instances share the symbols'),
  })
  .refine(({ index, count }) => !(Number.isInteger(index) && Number.isInteger(count)) || index < count, {
    path: ['index'],
    error: 'less than `count`',
    when: ({ value }) => typeof value === 'object' && value !== null,
  })
  .prefault({})
  .describe('Sharing the symbols out over several instances');

/** The `streamer` section. */
export const streamer = z
  .strictObject({
    writer: z
      .string()
      .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'at most 40 lower-case letters, digits and inner hyphens')
      .default('main')
      .describe('Name of this instance in the lake; two that run at once need different ones'),
    sync_interval: wait().default('1s').describe('Longest time that something received is only in memory'),
    stop_timeout: wait()
      .default('8s')
      .meta({
        description: 'How long ending `up` waits for the lake to take the rest; what it has not then stays on disk',
        examples: ['110s'],
      }),
    segment,
    shard,
    spool_max_bytes: size()
      .default('10GB')
      .meta({
        description:
          'What may wait on disk while the lake does not take it; near it books, then tickers, then all is left out',
        examples: ['10GB'],
      }),
    raw: z
      .union([z.boolean(), z.array(z.string()).min(1)])
      .default(false)
      .meta({ description: 'Also keep messages as received: `true`, or a list of exchanges', examples: [['bybit']] }),
  })
  .prefault({})
  .describe('Live feeds');
