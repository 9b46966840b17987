import * as z from 'zod';

const bucket = '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]';

/** Where the lake is. */
export const lake = z
  .string()
  .regex(new RegExp(`^(?:s3://${bucket}(?:/.*)?|(?![a-z][a-z0-9+.-]*://).+)$`), 'a folder, or `s3://bucket/prefix`')
  .default('./lake')
  .meta({
    description: 'Root of the lake: a folder (relative to the working directory) or `s3://bucket/prefix`',
    examples: ['s3://my-bucket/lake'],
  });

/** Where this machine keeps what is not in the lake yet. */
export const stateDirectory = z
  .string()
  .min(1)
  .default('.feedlake')
  .describe("Folder for the spool, caches and the daemon's files; one per instance");
