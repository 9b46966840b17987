import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startFakeAws } from './fake-aws.ts';
import type { Graph } from './graph.ts';
import { type OfflineProject, offlineVariables, sstPath } from './project.ts';
import { runCommand } from './run-command.ts';

export interface DiffOptions {
  readonly stage: string;
  /** Content of `feedlake.yaml`; null for none. */
  readonly settings: string | null;
  /** As `sst secret set` has them. */
  readonly secrets: Readonly<Record<string, string>>;
}

export interface Diff {
  readonly graph: Graph;
  /** What `sst diff --json` printed. */
  readonly printed: string;
}

/** `sst diff` refused; the message says why. */
export class DiffError extends Error {
  override readonly name = 'DiffError';
}

/**
 * Runs the real `sst diff --json` without AWS: against a fake of what the CLI asks for, and a stand-in for Pulumi.
 * @throws DiffError
 */
export async function diff(project: OfflineProject, { stage, settings, secrets }: DiffOptions): Promise<Diff> {
  const { folder, configHome } = project;
  const settingsFile = join(folder, 'feedlake.yaml');
  const graphFile = join(folder, 'graph.json');
  await Promise.all([rm(settingsFile, { force: true }), rm(graphFile, { force: true })]);
  await rm(join(folder, '.sst/artifacts'), { recursive: true, force: true });
  if (settings !== null) await writeFile(settingsFile, settings);
  const fakeAws = await startFakeAws();
  try {
    const { code, stdout, stderr } = await runCommand(sstPath, ['diff', '--json', '--stage', stage], {
      cwd: folder,
      // Nothing else of the machine's environment may decide what comes out.
      env: {
        HOME: folder,
        ...offlineVariables(configHome),
        SST_NO_BUN: '1',
        AWS_ENDPOINT_URL: fakeAws.url,
        AWS_ACCESS_KEY_ID: 'mock',
        AWS_SECRET_ACCESS_KEY: 'mock',
        AWS_EC2_METADATA_DISABLED: 'true',
        OFFLINE_GRAPH: graphFile,
        ...Object.fromEntries(Object.entries(secrets).map(([name, value]) => [`SST_SECRET_${name}`, value])),
      },
    });
    const written = await readFile(graphFile, 'utf8').catch(() => '');
    if (code !== 0) throw new DiffError(`sst diff --stage ${stage} ended with ${code}: ${written || stdout + stderr}`);
    return { graph: JSON.parse(written) as Graph, printed: stdout };
  } finally {
    await fakeAws.close();
  }
}
