import * as z from 'zod';

/** The adapter has none. */
export const options = z.strictObject({});
