import { arnOf } from './account.ts';
import type { Statement } from './lake-access.ts';
import type { ContainerSecrets } from './secrets.ts';
import { config } from './settings.ts';
import { lakeRoot } from './storage.ts';

/**
 * Where a container may write; all else of it is read-only. It lasts as long as the task, whatever process runs in it. The
 * Dockerfile declares it as a volume under this path, for which reason Fargate gives it to the container's user.
 */
const state = { volume: 'state', path: '/var/lib/feedlake' };

/** What containers share, whatever they run. */
export const containerEnvironment = {
  FEEDLAKE_LAKE: lakeRoot,
  FEEDLAKE_STATE_DIR: state.path,
  FEEDLAKE_LOG__FORMAT: 'json',
  FEEDLAKE_CLOUDWATCH__ENABLED: 'true',
  FEEDLAKE_CLOUDWATCH__STAGE: $app.stage,
};

/** Name of a container's log group. */
export const logGroupOf = (name: string): string => `/${$app.name}/${$app.stage}/${name}`;

/** What a container is, and what it may do and read. */
export interface ContainerRules {
  /** The container's name, and that of its log group. */
  readonly name: string;
  /** What the process may do: this alone, as SST would also let ECS open a shell, which a read-only image has no use for. */
  readonly statements: readonly Statement[];
  readonly secrets: ContainerSecrets;
  /** Whether ECS starts the process again in the same task, where it finds what it had on disk. */
  readonly restarts: boolean;
}

interface ContainerDefinition {
  readonly [key: string]: unknown;
}

/** What SST leaves open of a container, or leaves wider than need be. */
export function containerTransform({ name, statements, secrets, restarts }: ContainerRules) {
  return {
    logGroup: { retentionInDays: config.aws.log_retention_days },
    executionRole: {
      managedPolicyArns: [],
      inlinePolicies: [{ name: 'inline', policy: executionPolicy(name, secrets) }],
    },
    taskRole: { inlinePolicies: [{ name: 'inline', policy: policyOf(statements) }] },
    taskDefinition: (args: aws.ecs.TaskDefinitionArgs): undefined => {
      args.volumes = [{ name: state.volume }];
      args.containerDefinitions = $output(args.containerDefinitions).apply((text) =>
        JSON.stringify((JSON.parse(text) as ContainerDefinition[]).map((definition) => hardened(definition, restarts))),
      );
    },
  };
}

function hardened(definition: ContainerDefinition, restarts: boolean): ContainerDefinition {
  return {
    ...definition,
    pseudoTerminal: false,
    portMappings: [],
    readonlyRootFilesystem: true,
    mountPoints: [{ sourceVolume: state.volume, containerPath: state.path }],
    // Fargate's most. The streamer seals and uploads in that time; what it can't stays for nobody, as the disk goes.
    stopTimeout: 120,
    ...(restarts && { restartPolicy: { enabled: true, restartAttemptPeriod: 60 } }),
  };
}

/** Pulling the image, writing to one log group and reading the secrets of the container: SST allows all of them. */
function executionPolicy(name: string, secrets: ContainerSecrets): $util.Output<string> {
  const parameters = [...new Set(Object.values(secrets))];
  return policyOf([
    // The only action of ECR that knows no resource.
    { actions: ['ecr:GetAuthorizationToken'], resources: ['*'] },
    {
      actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      resources: [arnOf('ecr', 'repository/sst-asset')],
    },
    {
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [arnOf('logs', `log-group:${logGroupOf(name)}:*`)],
    },
    ...(parameters.length === 0 ? [] : [{ actions: ['ssm:GetParameters'], resources: parameters }]),
  ]);
}

function policyOf(statements: readonly Statement[]): $util.Output<string> {
  return aws.iam.getPolicyDocumentOutput({
    statements: statements.map(({ actions, resources }) => ({ actions, resources })),
  }).json;
}
