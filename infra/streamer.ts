import { image } from './compaction.ts';
import { containerEnvironment, containerTransform, logGroupOf } from './container.ts';
import { lakeWriter } from './lake-access.ts';
import { cluster } from './network.ts';
import { exchangeVariables } from './secrets.ts';
import { config, streams } from './settings.ts';

const { cpu, memory_gb, storage_gb, shards, redundant } = config.aws.streamer;

/** One part of the symbols, recorded by one task, or by two at once. */
export interface Shard {
  readonly index: number;
  readonly twins: readonly string[];
}

/** The shards that are streamed; none without feeds. */
export const streamedShards: readonly Shard[] = streams
  ? Array.from({ length: shards }, (_, index) => ({ index, twins: redundant ? ['a', 'b'] : ['a'] }))
  : [];

for (const { index, twins } of streamedShards) for (const twin of twins) service(index, twin);

function service(shard: number, twin: string): void {
  const name = `streamer-${shard}-${twin}`;
  const transform = containerTransform({
    name,
    statements: lakeWriter('v1/*'),
    secrets: exchangeVariables,
    restarts: true,
  });
  new sst.aws.Service(`Streamer${shard}${twin}`, {
    cluster,
    architecture: 'arm64',
    cpu: `${cpu as 1} vCPU`,
    memory: `${memory_gb} GB`,
    storage: `${storage_gb} GB`,
    containers: [
      {
        name,
        image,
        command: ['up'],
        environment: {
          ...containerEnvironment,
          FEEDLAKE_STREAMER__WRITER: `${shard}-${twin}`,
          FEEDLAKE_STREAMER__SHARD__INDEX: String(shard),
          FEEDLAKE_STREAMER__SHARD__COUNT: String(shards),
          // Functions take the snapshots and serve the API.
          FEEDLAKE_API__ENABLED: 'false',
          ...Object.fromEntries(
            Object.keys(config.snapshots).map((dataset) => [
              `FEEDLAKE_SNAPSHOTS__${dataset.toUpperCase()}__ENABLED`,
              'false',
            ]),
          ),
        },
        ssm: exchangeVariables,
        logging: { name: logGroupOf(name) },
        health: {
          command: ['CMD', 'node', '/app/health.js', 'live'],
          startPeriod: '120 seconds',
          interval: '30 seconds',
          timeout: '5 seconds',
          retries: 5,
        },
      },
    ],
    // A deployment is over when the new task runs, or was taken back.
    wait: true,
    scaling: { min: 1, max: 1, cpuUtilization: false, memoryUtilization: false },
    transform: {
      ...transform,
      service: (args) => {
        // A new task streams before the old one goes: they overlap, and natural keys make one of the two.
        args.deploymentMinimumHealthyPercent = 100;
        args.deploymentMaximumPercent = 200;
        args.availabilityZoneRebalancing = 'DISABLED';
        args.enableExecuteCommand = false;
        args.propagateTags = 'SERVICE';
        args.networkConfiguration = $output(args.networkConfiguration).apply((network) => ({
          subnets: [],
          ...network,
          assignPublicIp: true,
        }));
      },
    },
  });
}
