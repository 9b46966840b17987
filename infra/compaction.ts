import { containerEnvironment, containerTransform, logGroupOf } from './container.ts';
import { deadLetters } from './dead-letters.ts';
import { lakeCompactor } from './lake-access.ts';
import { cluster } from './network.ts';
import { scheduleExpression } from './schedule-expression.ts';
import { settingsVariables } from './secrets.ts';
import { config } from './settings.ts';

const { cpu, memory_gb, storage_gb } = config.aws.compaction;
const { enabled, every } = config.compaction;
const name = 'compaction';

/** The task that compacts. It also builds the image, for the streamer too: one image, one build. */
export const compactionTask = new sst.aws.Task('Compaction', {
  cluster,
  architecture: 'arm64',
  cpu: `${cpu as 1} vCPU`,
  memory: `${memory_gb} GB`,
  storage: `${storage_gb} GB`,
  publicIp: true,
  containers: [
    {
      name,
      image: { context: '.', dockerfile: 'streamer/Dockerfile' },
      command: ['compact'],
      environment: containerEnvironment,
      ssm: settingsVariables,
      logging: { name: logGroupOf(name) },
    },
  ],
  transform: containerTransform({
    name,
    statements: lakeCompactor('v1/*'),
    secrets: settingsVariables,
    restarts: false,
  }),
});

/** The image that it was built into, with its digest. */
export const image = compactionTask.nodes.taskDefinition.containerDefinitions.apply((text) => {
  const [definition] = JSON.parse(text) as { image: string }[];
  return definition?.image ?? '';
});

if (enabled) {
  new sst.aws.CronV2('CompactionRun', {
    task: compactionTask,
    schedule: scheduleExpression(every, 'compaction.every'),
    retries: 3,
    dlq: deadLetters.arn,
    transform: { schedule: { description: `Compaction, ${every}` } },
  });
}
