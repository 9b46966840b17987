import { zstdDecompressSync } from 'node:zlib';
import type { Compressors, ParquetParsers } from 'hyparquet';

/** Times as numbers of microseconds, as rows have them. */
export const parsers: Partial<ParquetParsers> = { timestampFromMicroseconds: Number };

/** Node's own zstd; every object of the lake uses it. */
export const compressors: Compressors = { ZSTD: (input) => zstdDecompressSync(input) };
