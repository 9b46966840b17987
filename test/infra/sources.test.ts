import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { diff } from './offline/diff.ts';
import { ofType } from './offline/graph.ts';
import { type OfflineProject, offlineProject } from './offline/project.ts';
import { runCommand } from './offline/run-command.ts';
import { planted, stages } from './offline/stages.ts';
import { synthesis } from './offline/synthesis.ts';
import { violations } from './rules/violations.ts';

const root = join(import.meta.dirname, '../..');

describe('the sources', () => {
  let project: OfflineProject;
  beforeAll(async () => {
    project = await offlineProject('project');
  });

  it('fit the types of SST and Pulumi', async () => {
    const tsc = join(root, 'node_modules/.bin/tsc');
    const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH}` };
    const { stdout } = await runCommand(tsc, ['--project', 'infra', '--listFiles'], { cwd: project.folder, env });
    const lines = stdout.split('\n');
    expect(lines).toContain(join(project.folder, 'sst.config.ts'));
    // The packages are checked by their own rules, which SST's sources don't keep.
    const own = lines.filter((line) => /\berror TS\d+/.test(line) && !/^[./]*packages\//.test(line));
    expect(own).toEqual([]);
  });

  it('have the types that SST generates from them', async () => {
    const { types } = await synthesis('ci');
    expect(await readFile(join(root, 'sst-env.d.ts'), 'utf8'), 'npm run infra:types brings it up to date').toBe(types);
  });

  it('with a mistake in them make a deployment that breaks a rule', async () => {
    const file = join(project.folder, 'infra/coverage.ts');
    const source = await readFile(file, 'utf8');
    await writeFile(file, source.replace('  dlq: deadLetters.arn,\n', ''));
    const { graph } = await diff(project, stages.ci);
    expect(violations(graph, Object.values(planted))).toEqual([
      'schedule CoverageMeasurementSchedule: has no queue of dead letters',
    ]);
  });

  it('take snapshots by hand of what no schedule has, where there is an API to ask for them', async () => {
    const none = '{ enabled: false }';
    const settings = `exchanges: { okx: { enabled: true } }
snapshots: { open_interest: ${none}, funding_rates: ${none}, instruments: ${none} }
`;
    const { graph } = await diff(project, { ...stages.ci, settings });
    expect(ofType(graph, 'aws:scheduler/schedule:Schedule').map(({ name }) => name)).not.toContainEqual(
      expect.stringMatching(/^Snapshot/),
    );
    expect(ofType(graph, 'aws:lambda/function:Function').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['SnapshotFunction', 'SnapshotCcxtFunction']),
    );
  });

  it('refuse secrets that the settings name and nobody has set', async () => {
    const { stage, settings, secrets } = stages.production;
    const { OkxKey: _, ...others } = secrets;
    await expect(diff(project, { stage, settings, secrets: others })).rejects.toThrow(
      /MissingSecretError: aws\.secrets: OkxKey not set; run npx sst secret set OkxKey … --stage production/,
    );
  });

  it('refuse a secret that is no such setting, by its name and without a word of what it is', async () => {
    const secrets = { ApiTokens: JSON.stringify([{ name: 'me', sha256: planted.okxKey }]) };
    const refused = diff(project, { ...stages.ci, secrets });
    await expect(refused).rejects.toThrow(/api\.tokens\.0\.sha256 \(the secret ApiTokens\): expected the SHA-256/);
    await expect(refused).rejects.not.toThrow(planted.okxKey);
  });

  it('refuse to make production what it is by default', async () => {
    await expect(diff(project, { ...stages.production, settings: null })).rejects.toThrow(
      /MissingSettingsError: there is no feedlake\.yaml here/,
    );
  });

  it('refuse an exchange that does not exist', async () => {
    await expect(diff(project, { ...stages.ci, settings: 'exchanges: { binanse: {} }\n' })).rejects.toThrow(
      /exchanges\.binanse \(feedlake\.yaml:1\): .*did you mean `binance`/,
    );
  });

  it('refuse a schedule that AWS can not follow, by the name of its setting', async () => {
    const settings = 'snapshots: { open_interest: { every: 7m } }\n';
    await expect(diff(project, { ...stages.ci, settings })).rejects.toThrow(
      /ScheduleExpressionError: snapshots\.open_interest\.every: `7m` does not divide an hour/,
    );
  });
});
