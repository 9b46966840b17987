import * as z from 'zod';

/** The `cloudwatch` section. */
export const cloudwatch = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .describe('Whether metrics are written to standard output in the embedded metric format of CloudWatch'),
    namespace: z
      .string()
      .regex(/^[\w./#: -]{1,255}$/, 'a namespace of CloudWatch, such as `feedlake`')
      .default('feedlake')
      .describe('Namespace of the metrics'),
    stage: z
      .string()
      .regex(/^[\x21-\x7e]{1,255}$/, 'printable characters without spaces, such as `production`')
      .default('default')
      .describe('Dimension `stage` of every metric, which tells deployments in one account apart'),
  })
  .prefault({})
  .describe('Metrics for Amazon CloudWatch');
