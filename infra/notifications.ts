import { accountId } from './account.ts';
import { config } from './settings.ts';

const { email, budget_usd } = config.aws.alarms;

/** Where alarms go. Whatever else should hear them is subscribed to it. */
export const notifications = new aws.sns.Topic('Notifications');

function publishing(...identifiers: string[]) {
  return {
    actions: ['sns:Publish'],
    resources: [notifications.arn],
    principals: [{ type: 'Service', identifiers }],
  };
}

new aws.sns.TopicPolicy('NotificationsPolicy', {
  arn: notifications.arn,
  policy: aws.iam.getPolicyDocumentOutput({
    statements: [
      {
        ...publishing('cloudwatch.amazonaws.com', 'budgets.amazonaws.com'),
        conditions: [{ test: 'StringEquals', variable: 'aws:SourceAccount', values: [accountId] }],
      },
      // EventBridge's rules send nothing to a topic whose policy has conditions for them:
      // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
      publishing('events.amazonaws.com'),
    ],
  }).json,
});

if (email !== undefined) {
  new aws.sns.TopicSubscription('NotificationsEmail', {
    topic: notifications.arn,
    protocol: 'email',
    endpoint: email,
  });
}

if (budget_usd !== undefined) {
  const notice = (notificationType: string, threshold: number) => ({
    comparisonOperator: 'GREATER_THAN',
    notificationType,
    threshold,
    thresholdType: 'PERCENTAGE',
    subscriberSnsTopicArns: [notifications.arn],
  });
  new aws.budgets.Budget('Budget', {
    budgetType: 'COST',
    timeUnit: 'MONTHLY',
    limitAmount: String(budget_usd),
    limitUnit: 'USD',
    // Of the whole account: metrics and addresses, which are much of it, can't be told apart by tags.
    notifications: [notice('ACTUAL', 80), notice('FORECASTED', 100)],
  });
}
