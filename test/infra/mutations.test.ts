import { describe, expect, it } from 'vitest';
import { type Graph, type GraphResource, named } from './offline/graph.ts';
import { planted } from './offline/stages.ts';
import { synthesis } from './offline/synthesis.ts';
import { violations } from './rules/violations.ts';

type Mutable = { -readonly [Key in keyof GraphResource]: GraphResource[Key] } & { inputs: Record<string, unknown> };
/** The graph, to be changed. */
interface Draft {
  readonly graph: Graph & { resources: Mutable[] };
  find(type: string, name: string): Mutable;
  /** Puts a value at a path of inputs. */
  set(type: string, name: string, path: readonly (string | number)[], value: unknown): void;
  remove(type: string, name: string): void;
  add(type: string, name: string, inputs: Record<string, unknown>): void;
  /** Changes the containers of a task. */
  container(name: string, change: (container: Record<string, unknown>) => void): void;
  /** Changes the policy of a role. */
  statements(name: string, change: (statements: Record<string, unknown>[]) => void): void;
}

function draftOf(original: Graph): Draft {
  const graph = structuredClone(original) as Draft['graph'];
  const find: Draft['find'] = (type, name) => named(graph, type, name) as Mutable;
  const draft: Draft = {
    graph,
    find,
    set(type, name, path, value) {
      const last = path.at(-1) ?? '';
      const owner = path
        .slice(0, -1)
        .reduce<unknown>((inner, key) => (inner as Record<string | number, unknown>)[key], find(type, name).inputs);
      (owner as Record<string | number, unknown>)[last] = value;
    },
    remove(type, name) {
      graph.resources.splice(graph.resources.indexOf(find(type, name)), 1);
    },
    add(type, name, inputs) {
      const [any] = graph.resources;
      if (any !== undefined) graph.resources.push({ ...any, type, name, inputs, outputs: {}, secrets: [] });
    },
    container(name, change) {
      const { inputs } = find(task, name);
      const containers = JSON.parse(String(inputs.containerDefinitions)) as Record<string, unknown>[];
      for (const one of containers) change(one);
      inputs.containerDefinitions = JSON.stringify(containers);
    },
    statements(name, change) {
      const { inputs } = find(role, name);
      const [policy] = inputs.inlinePolicies as { policy: string }[];
      const document = JSON.parse(policy?.policy ?? '') as { Statement: Record<string, unknown>[] };
      change(document.Statement);
      inputs.inlinePolicies = [{ name: 'inline', policy: JSON.stringify(document) }];
    },
  };
  return draft;
}

const schedule = 'aws:scheduler/schedule:Schedule';
const fn = 'aws:lambda/function:Function';
const invokeConfig = 'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig';
const role = 'aws:iam/role:Role';
const task = 'aws:ecs/taskDefinition:TaskDefinition';
const service = 'aws:ecs/service:Service';
const bucket = 'aws:s3/bucket:Bucket';
const block = 'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock';
const bucketPolicy = 'aws:s3/bucketPolicy:BucketPolicy';
const lifecycle = 'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration';
const alarm = 'aws:cloudwatch/metricAlarm:MetricAlarm';
const logGroup = 'aws:cloudwatch/logGroup:LogGroup';

const openInterest = 'SnapshotOpenInterestBinance';

/** A mistake, and what is to be said of it. */
const mistakes: readonly [string, (draft: Draft) => void, RegExp][] = [
  [
    'a schedule without dead letters',
    ({ set }) => set(schedule, `${openInterest}Schedule`, ['target', 'deadLetterConfig'], undefined),
    /schedule SnapshotOpenInterestBinanceSchedule: has no queue of dead letters/,
  ],
  [
    'the queue of dead letters gone',
    ({ remove }) => remove('aws:sqs/queue:Queue', 'DeadLettersQueue'),
    /function SnapshotFunction: has no destination for what failed/,
  ],
  [
    'a scheduler that may not send dead letters',
    ({ statements }) => statements(`${openInterest}Role`, (all) => all.pop()),
    /schedule SnapshotOpenInterestBinanceSchedule: may not send dead letters/,
  ],
  [
    'a schedule that is delivered once',
    ({ set }) => set(schedule, `${openInterest}Schedule`, ['target', 'retryPolicy', 'maximumRetryAttempts'], 0),
    /is delivered once or never/,
  ],
  [
    'a schedule that comes some time',
    ({ set }) => set(schedule, `${openInterest}Schedule`, ['flexibleTimeWindow', 'mode'], 'FLEXIBLE'),
    /comes at some time or other/,
  ],
  [
    'a function whose errors vanish',
    ({ remove }) => remove(invokeConfig, 'SnapshotEventInvokeConfig'),
    /function SnapshotFunction: has no destination for what failed/,
  ],
  [
    'a function that is not tried again',
    ({ set }) => set(invokeConfig, 'BackfillEventInvokeConfig', ['maximumRetryAttempts'], 0),
    /function BackfillFunction: is not tried again/,
  ],
  [
    'a backfill that is cut short',
    ({ set }) => set(fn, 'BackfillFunction', ['timeout'], 300),
    /function BackfillFunction: has 300 s, less than 900/,
  ],
  [
    'too little memory',
    ({ set }) => set(fn, 'SnapshotFunction', ['memorySize'], 128),
    /function SnapshotFunction: has 128 MB/,
  ],
  [
    'another architecture',
    ({ set }) => set(fn, 'SnapshotFunction', ['architectures'], ['x86_64']),
    /function SnapshotFunction: is not for arm64/,
  ],
  [
    'an API without a limit',
    ({ set }) => set(fn, 'ApiFunction', ['reservedConcurrentExecutions'], undefined),
    /function ApiFunction: has no limit of its own/,
  ],
  [
    'an API for any web page',
    ({ set }) => set('aws:lambda/functionUrl:FunctionUrl', 'ApiUrl', ['cors'], { allowOrigins: ['*'] }),
    /URL ApiUrl: web pages may reach it/,
  ],
  [
    'a policy with any action',
    ({ statements }) =>
      statements('SnapshotRole', (all) =>
        all.push({ Effect: 'Allow', Action: ['s3:*'], Resource: ['arn:aws:s3:::x'] }),
      ),
    /role SnapshotRole: may do s3:\*/,
  ],
  [
    'a policy with any resource',
    ({ statements }) =>
      statements('ApiRole', (all) => all.push({ Effect: 'Allow', Action: ['lambda:InvokeFunction'], Resource: ['*'] })),
    /role ApiRole: may do lambda:InvokeFunction on \*/,
  ],
  [
    'a policy with the whole bucket',
    ({ statements }) =>
      statements('Streamer0aTaskRole', (all) =>
        all.push({ Effect: 'Allow', Action: ['s3:PutObject'], Resource: ['arn:aws:s3:::lake/*'] }),
      ),
    /role Streamer0aTaskRole: may do s3:PutObject on arn:aws:s3:::lake\/\*/,
  ],
  [
    "AWS's own policy",
    ({ set }) => set(role, 'CoverageRole', ['managedPolicyArns'], ['arn:aws:iam::aws:policy/AdministratorAccess']),
    /role CoverageRole: has AWS's policy/,
  ],
  [
    'a role for the whole account',
    ({ set }) =>
      set(role, 'CoverageRole', ['assumeRolePolicy'], {
        Statement: [
          { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: 'arn:aws:iam::123456789012:root' } },
        ],
      }),
    /role CoverageRole: may be taken by AWS: arn:aws:iam::123456789012:root/,
  ],
  [
    'a public bucket',
    ({ set }) => set(block, 'LakePublicAccessBlock', ['restrictPublicBuckets'], false),
    /bucket LakeBucket: restrictPublicBuckets is not set/,
  ],
  [
    'a bucket that is open to anybody',
    ({ set }) =>
      set(
        bucketPolicy,
        'LakePolicy',
        ['policy'],
        JSON.stringify({
          Statement: [{ Effect: 'Allow', Principal: { '*': ['*'] }, Action: ['s3:GetObject'], Resource: ['arn'] }],
        }),
      ),
    /bucket LakeBucket: is open to anybody/,
  ],
  [
    'a bucket without TLS',
    ({ remove }) => remove(bucketPolicy, 'LakePolicy'),
    /bucket LakeBucket: is reached without TLS/,
  ],
  [
    'a bucket for web pages',
    ({ add }) => add('aws:s3/bucketCorsConfiguration:BucketCorsConfiguration', 'LakeCors', { bucket: 'lake' }),
    /bucket lake: web pages may reach it/,
  ],
  [
    'a lake without versions',
    ({ remove }) => remove('aws:s3/bucketVersioning:BucketVersioning', 'LakeVersioning'),
    /bucket LakeBucket: has no versions/,
  ],
  [
    'unfinished uploads that are kept',
    ({ set, find }) => {
      const rules = find(lifecycle, 'LakeLifecycle').inputs.rules as { id: string }[];
      set(
        lifecycle,
        'LakeLifecycle',
        ['rules'],
        rules.filter(({ id }) => id !== 'unfinished-uploads'),
      );
    },
    /bucket LakeBucket: keeps what uploads left unfinished/,
  ],
  [
    'data that expires',
    ({ find }) => {
      const rules = find(lifecycle, 'LakeLifecycle').inputs.rules as { expiration?: object }[];
      rules[0] = { ...rules[0], expiration: { days: 30 } };
    },
    /bucket LakeBucket: deletes data by its age/,
  ],
  [
    'a lake that goes with its stage',
    ({ find }) => {
      find(bucket, 'LakeBucket').retainOnDelete = false;
    },
    /bucket LakeBucket: goes with the stage in production/,
  ],
  [
    'a lake that is deleted with its data',
    ({ set }) => set(bucket, 'LakeBucket', ['forceDestroy'], true),
    /bucket LakeBucket: is deleted with its data/,
  ],
  [
    'a stage without protection',
    ({ find }) => {
      find('pulumi:pulumi:Stack', 'feedlake-production').outputs = { _protect: false };
    },
    /stage production: protection is false/,
  ],
  [
    'logs for ever',
    ({ set }) => set(logGroup, 'SnapshotLogGroup', ['retentionInDays'], undefined),
    /log group SnapshotLogGroup: keeps logs for ever/,
  ],
  [
    'a secret in the environment of a container',
    ({ container }) =>
      container('Streamer0aTask', (one) => {
        (one.environment as unknown[]).push({ name: 'OKX_KEY', value: planted.okxKey });
      }),
    /TaskDefinition Streamer0aTask: a secret stands in containerDefinitions/,
  ],
  [
    'a secret in the environment of a function',
    ({ set }) => set(fn, 'ApiFunction', ['environment', 'variables', 'TOKENS'], planted.token),
    /Function ApiFunction: a secret stands in environment\.variables\.TOKENS/,
  ],
  [
    'a secret in base64',
    ({ set }) => set(fn, 'ApiFunction', ['description'], Buffer.from(planted.proxyPassword).toString('base64')),
    /Function ApiFunction: a secret stands in description/,
  ],
  [
    'a parameter for everybody to read',
    ({ set }) => set('aws:ssm/parameter:Parameter', 'OkxKeyParameter', ['type'], 'String'),
    /Parameter OkxKeyParameter: a secret stands in value/,
  ],
  [
    'a parameter that nobody needs to read',
    ({ statements }) =>
      statements('CompactionExecutionRole', (all) =>
        all.push({
          Effect: 'Allow',
          Action: ['ssm:GetParameters'],
          Resource: ['arn:aws:ssm:ap-northeast-1:123456789012:parameter/feedlake/production/ProxyUrl'],
        }),
      ),
    /task CompactionTask: may read .*ProxyUrl without need/,
  ],
  [
    'a parameter that can not be read',
    ({ statements }) => statements('Streamer0aExecutionRole', (all) => all.pop()),
    /task Streamer0aTask: can't read .*OkxKey/,
  ],
  ['a NAT gateway', ({ add }) => add('aws:ec2/natGateway:NatGateway', 'Nat', {}), /NatGateway Nat: costs by the hour/],
  [
    'an open door',
    ({ set }) => set('aws:ec2/securityGroup:SecurityGroup', 'NetworkOutwardOnly', ['ingress'], [{ fromPort: 22 }]),
    /security group NetworkOutwardOnly: lets something in/,
  ],
  [
    'a task without an address',
    ({ set }) => set(service, 'Streamer0aService', ['networkConfiguration', 'assignPublicIp'], false),
    /service Streamer0aService: has no address/,
  ],
  [
    'a deploy with a gap',
    ({ set }) => set(service, 'Streamer0aService', ['deploymentMinimumHealthyPercent'], 0),
    /service Streamer0aService: stops before its successor streams/,
  ],
  [
    'a streamer that is killed while it seals',
    ({ container }) =>
      container('Streamer0aTask', (one) => {
        one.stopTimeout = 30;
      }),
    /task Streamer0aTask: is killed before it has sealed/,
  ],
  [
    'a container that may change itself',
    ({ container }) =>
      container('CompactionTask', (one) => {
        one.readonlyRootFilesystem = false;
      }),
    /task CompactionTask: may change its root file system/,
  ],
  [
    'a spool that goes with its process',
    ({ container }) =>
      container('Streamer0aTask', (one) => {
        one.restartPolicy = undefined;
      }),
    /task Streamer0aTask: loses its spool with its process/,
  ],
  [
    'an alarm that is content without data',
    ({ set }) => set(alarm, 'StreamerSilent0', ['treatMissingData'], 'notBreaching'),
    /alarm StreamerSilent0: is content without data/,
  ],
  [
    'an alarm that nobody hears',
    ({ set }) => set(alarm, 'DeadLetters', ['alarmActions'], []),
    /alarm DeadLetters: is heard by nobody/,
  ],
  [
    'snapshots that nobody misses',
    ({ remove }) => remove(alarm, 'MissedOpenInterestBinance'),
    /schedule SnapshotOpenInterestBinanceSchedule: no alarm for SnapshotsStored/,
  ],
  [
    'compactions that nobody misses',
    ({ remove }) => remove(alarm, 'CompactionMissed'),
    /schedule CompactionRunSchedule: no alarm for CompactionFinished/,
  ],
  [
    'a notice of EventBridge under a condition',
    ({ find }) => {
      const { inputs } = find('aws:sns/topicPolicy:TopicPolicy', 'NotificationsPolicy');
      const document = JSON.parse(String(inputs.policy)) as { Statement: Record<string, unknown>[] };
      for (const statement of document.Statement) statement.Condition = { StringEquals: { 'aws:SourceAccount': '1' } };
      inputs.policy = JSON.stringify(document);
    },
    /policy NotificationsPolicy: events\.amazonaws\.com publishes nothing under a condition/,
  ],
  [
    'a topic for any account',
    ({ find }) => {
      const { inputs } = find('aws:sns/topicPolicy:TopicPolicy', 'NotificationsPolicy');
      const document = JSON.parse(String(inputs.policy)) as { Statement: Record<string, unknown>[] };
      for (const statement of document.Statement) delete statement.Condition;
      inputs.policy = JSON.stringify(document);
    },
    /policy NotificationsPolicy: cloudwatch\.amazonaws\.com may publish for any account/,
  ],
  [
    'a streamer that nobody misses',
    ({ remove }) => {
      remove(alarm, 'StreamerSilent1');
      remove(alarm, 'StreamerAlone1');
    },
    /service Streamer1aService: no alarm for StreamerHeartbeat/,
  ],
  ['dead letters that nobody sees', ({ remove }) => remove(alarm, 'DeadLetters'), /queue DeadLettersQueue: no alarm/],
];

describe('a mistake is found', async () => {
  const { graph } = await synthesis('production');

  it.each(mistakes)('%s', (_, mistake, message) => {
    const draft = draftOf(graph);
    mistake(draft);
    expect(violations(draft.graph, Object.values(planted))).toEqual(
      expect.arrayContaining([expect.stringMatching(message)]),
    );
  });
});
