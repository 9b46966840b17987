/** Writes sst-env.d.ts, the types of what SST links, as `sst diff` generates them for the default settings. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { synthesis, synthesize } from './synthesis.ts';

await synthesize();
const { types } = await synthesis('ci');
await writeFile(join(import.meta.dirname, '../../../sst-env.d.ts'), types);
