import { cluster } from './network.ts';
import { notifications } from './notifications.ts';

/** Tells the topic of a task that ended badly at once: the alarm for a missed compaction comes a schedule later. */
const rule = new aws.cloudwatch.EventRule('TaskFailures', {
  description: 'A task ended with an error, or could not be started',
  eventPattern: $jsonStringify({
    source: ['aws.ecs'],
    'detail-type': ['ECS Task State Change'],
    detail: {
      clusterArn: [cluster.nodes.cluster.arn],
      lastStatus: ['STOPPED'],
      $or: [{ containers: { exitCode: [{ 'anything-but': 0 }] } }, { stopCode: ['TaskFailedToStart'] }],
    },
  }),
});

new aws.cloudwatch.EventTarget('TaskFailuresNotice', { rule: rule.name, arn: notifications.arn });
