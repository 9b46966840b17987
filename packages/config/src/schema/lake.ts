import { inHome, notInHome } from './home.ts';

const bucket = '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]';
/** A part of a prefix: the names of objects have none that is empty or hidden. */
const part = String.raw`[^./\\\x00-\x1f][^/\\\x00-\x1f]*`;
const folder = `(?!${notInHome}|[A-Za-z][A-Za-z0-9+.-]*://).+`;

/** Where the lake is. */
export const lake = inHome(new RegExp(`^(?:s3://${bucket}(?:/(?:${part}(?:/${part})*/*)?)?|${folder})$`), (given) =>
  given.startsWith('s3://')
    ? '`s3://bucket/prefix`: a name that a bucket can have, and parts that are not empty and begin with no `.`'
    : 'a folder, or `s3://bucket/prefix`',
)
  .default('./lake')
  .meta({
    description: 'Root of the lake: a folder (relative to the working directory) or `s3://bucket/prefix`',
    examples: ['s3://my-bucket/lake'],
  });

/** Where this machine keeps what is not in the lake yet. */
export const stateDirectory = inHome(new RegExp(`^${folder}$`), () => 'a folder')
  .default('.feedlake')
  .describe("Folder for the spool, caches and the daemon's files; one per instance");
