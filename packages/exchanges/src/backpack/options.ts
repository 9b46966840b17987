import * as z from 'zod';

export const options = z.strictObject({
  window: z
    .int()
    .min(1)
    .max(60_000)
    .default(5_000)
    .describe('How long a signed request is valid, in milliseconds (`X-Window`)'),
});
