import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const project = (
  name: string,
  include: string[],
  testTimeout: number,
  more: { isolate?: boolean; globalSetup?: string } = {},
) => ({
  test: { name, include, testTimeout, hookTimeout: testTimeout, ...more },
});

export default defineConfig({
  test: {
    // Tests wait for sockets and disks more than they compute.
    maxWorkers: '100%',
    // Processes and threads that tests start find their sources compiled.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/compiled') },
    projects: [
      // These share no state worth a process of their own for each file, which takes longer than many a test. So none of them may
      // replace a module (`vi.mock`): others would get it too.
      project('unit', ['test/unit/**/*.test.ts'], 20_000, { isolate: false }),
      project('integration', ['test/integration/**/*.test.ts'], 60_000, { isolate: false }),
      project('conformance', ['test/conformance/**/*.test.ts'], 60_000),
      project('streams', ['test/streams/**/*.test.ts'], 60_000),
      project('faults', ['test/faults/**/*.test.ts'], 120_000),
      project('proxies', ['test/proxies/**/*.test.ts'], 60_000),
      // What `sst deploy` would do, worked out once, offline.
      project('infra', ['test/infra/**/*.test.ts'], 120_000, { globalSetup: 'test/infra/offline/global-setup.ts' }),
      project('functions', ['test/functions/**/*.test.ts'], 120_000, {
        globalSetup: 'test/functions/setup.ts',
      }),
      project('browser', ['test/browser/**/*.test.ts'], 60_000),
      project('s3', ['test/s3/**/*.test.ts'], 120_000),
      project('container', ['test/container/**/*.test.ts'], 120_000, { globalSetup: 'test/container/setup.ts' }),
    ],
  },
});
