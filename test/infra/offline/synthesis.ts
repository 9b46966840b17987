import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Diff, diff } from './diff.ts';
import { offlineProject } from './project.ts';
import { type StageName, stages } from './stages.ts';

/** What `sst diff` came to for a stage, kept on disk. */
export interface Synthesis extends Diff {
  /** The folder with a folder for each function: `code.zip`, as it would be uploaded. */
  readonly artifacts: string;
  /** The types that SST has generated. */
  readonly types: string;
}

const root = join(import.meta.dirname, '../../..');
const results = join(root, '.offline/results');

/** All that decides what comes out. */
const sources = [
  'sst.config.ts',
  'infra',
  'functions',
  'packages',
  'package-lock.json',
  'test/infra/offline',
  'test/infra/project',
];

/**
 * Runs `sst diff` for every stage, unless that was done for the same sources before. Not to be run twice at once: it is the
 * global setup of test projects.
 */
export async function synthesize(): Promise<void> {
  const wanted = await fingerprint();
  const stamp = join(results, 'fingerprint');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return;
  await rm(results, { recursive: true, force: true });
  const project = await offlineProject('project');
  for (const options of Object.values(stages)) {
    const folder = join(results, options.stage);
    const result = await diff(project, options);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'diff.json'), JSON.stringify(result));
    await cp(join(project.folder, 'sst-env.d.ts'), join(folder, 'sst-env.d.ts'));
    await cp(join(project.folder, '.sst/artifacts'), join(folder, 'artifacts'), {
      recursive: true,
      filter: (path) => !path.endsWith('-src'),
    });
  }
  await writeFile(stamp, wanted);
}

/** What {@link synthesize} left of a stage. */
export async function synthesis(stage: StageName): Promise<Synthesis> {
  const folder = join(results, stage);
  const result = JSON.parse(await readFile(join(folder, 'diff.json'), 'utf8')) as Diff;
  const types = await readFile(join(folder, 'sst-env.d.ts'), 'utf8');
  return { ...result, artifacts: join(folder, 'artifacts'), types };
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources) await add(hash, join(root, source));
  return hash.digest('hex');
}

async function add(hash: ReturnType<typeof createHash>, path: string): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => null);
  if (entries === null) {
    hash.update(path).update(await readFile(path));
    return;
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name !== 'node_modules') await add(hash, join(path, entry.name));
  }
}
