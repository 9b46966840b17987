import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtFunctions } from '../../infra/offline/built-functions.ts';
import type { FunctionOptions } from './lambda.ts';

/** A function as it would be deployed, unpacked. */
export type UnpackedFunction = Omit<FunctionOptions, 'name'>;

/** The zips of the stage `ci`, unpacked as Lambda does, by name; `remove` takes them away. */
export async function unpackedFunctions(): Promise<{
  readonly functions: ReadonlyMap<string, UnpackedFunction>;
  remove(): void;
}> {
  const root = mkdtempSync(join(tmpdir(), 'feedlake-functions-'));
  const functions = new Map<string, UnpackedFunction>();
  for (const { name, zip, handler, environment, memory, timeout } of (await builtFunctions('ci')).values()) {
    const folder = join(root, name);
    execFileSync('unzip', ['-q', zip, '-d', folder]);
    functions.set(name, { folder, handler, environment, memoryMb: memory, timeoutMs: timeout * 1000 });
  }
  return { functions, remove: () => rmSync(root, { recursive: true, force: true }) };
}
