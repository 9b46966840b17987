import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { servedApi } from '../support/api.ts';
import { temporaryFolder } from '../support/lake.ts';

test('the page shows every operation, and its policy lets it do all that it tries', async () => {
  const { server } = await servedApi();
  const profile = temporaryFolder();
  const { stdout, stderr } = await promisify(execFile)('chromium', [
    ...['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`, '--virtual-time-budget=10000'],
    ...['--enable-logging=stderr', '--dump-dom', `${server.url}/docs`],
  ]);
  for (const path of ['/v1/open-interest', '/v1/snapshots/{dataset}', '/v1/backfills/{id}', '/metrics']) {
    // Where a line may be broken the page has invisible spaces.
    expect(stdout.replaceAll('\u200b', '').replaceAll('<wbr>', '')).toContain(`data-path="${path}"`);
  }
  expect(stdout).toContain('Authorize');
  expect(stderr).not.toMatch(/Content Security Policy|CONSOLE.*(?:error|Refused)/i);
});
