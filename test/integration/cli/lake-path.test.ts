import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { feedlake } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/lake.ts';

const commands = [['coverage'], ['query', 'select count(*) from trades'], ['compact']];

test.each(commands)('%s names the file that is in the way of the lake, at it or above it', async (...command) => {
  const folder = temporaryFolder();
  const file = join(folder, 'notes.txt');
  const config = join(folder, 'feedlake.yaml');
  writeFileSync(file, 'no lake');
  writeFileSync(config, JSON.stringify({ state_dir: join(folder, 'state') }));
  for (const lake of [file, join(file, 'deep/er')]) {
    const { code, stdout, stderr } = await feedlake(['--config', config, '--lake', lake, ...command]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.startsWith(`feedlake: ${lake}/v1/`), stderr).toBe(true);
    expect(stderr).toContain(`: ${file} is a file and no folder: choose another folder for the lake`);
    expect(stderr).not.toMatch(/\n\s+at /);
  }
});

test('up names a state_dir that is a file, or below one', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'notes.txt');
  const config = join(folder, 'feedlake.yaml');
  writeFileSync(file, 'no folder');
  for (const state_dir of [file, join(file, 'state')]) {
    writeFileSync(config, JSON.stringify({ state_dir, lake: join(folder, 'lake') }));
    const { code, stderr } = await feedlake(['--config', config, 'up']);
    expect(code).toBe(2);
    expect(stderr).toBe(
      `feedlake: state_dir ${state_dir}: it, or what it is in, is a file and no folder; choose another\n`,
    );
  }
});
