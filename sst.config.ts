/// <reference path="./.sst/platform/config.d.ts" />

export default $config({
  async app({ stage }) {
    const { loadAws } = await import('@feedlake/config');
    const isProduction = stage === 'production';
    return {
      name: 'feedlake',
      home: 'aws',
      removal: isProduction ? 'retain' : 'remove',
      protect: isProduction,
      providers: { aws: { region: loadAws().region, version: '7.20.0' } },
      types: { ignore: ['packages', 'functions', 'streamer', 'test'] },
    };
  },
  async run() {
    await import('./infra/storage.ts');
    await import('./infra/secrets.ts');
    await import('./infra/snapshots.ts');
    await import('./infra/backfill.ts');
    await import('./infra/coverage.ts');
    await import('./infra/api.ts');
    await import('./infra/streamer.ts');
    await import('./infra/compaction.ts');
    await import('./infra/catalog.ts');
    await import('./infra/athena.ts');
    await import('./infra/alarms.ts');
    await import('./infra/task-failures.ts');
    await import('./infra/dashboard.ts');
    const { outputs } = await import('./infra/outputs.ts');
    return outputs;
  },
});
