/** What AWS would answer, made up: names, ARNs and look-ups of resources that do not exist. */

export const accountId = '123456789012';

export type Values = Readonly<Record<string, unknown>>;

const text = (value: unknown, fallback = ''): string => (typeof value === 'string' ? value : fallback);

/** Parts of an ARN after the service, where they are not just `kind/name`. */
const shapes: Readonly<Record<string, (name: string, region: string) => string>> = {
  'aws:s3/bucket:Bucket': (name) => `arn:aws:s3:::${name}`,
  'aws:sqs/queue:Queue': (name, region) => `arn:aws:sqs:${region}:${accountId}:${name}`,
  'aws:sns/topic:Topic': (name, region) => `arn:aws:sns:${region}:${accountId}:${name}`,
  'aws:lambda/function:Function': (name, region) => `arn:aws:lambda:${region}:${accountId}:function:${name}`,
  'aws:iam/role:Role': (name) => `arn:aws:iam::${accountId}:role/${name}`,
  'aws:ssm/parameter:Parameter': (name, region) => `arn:aws:ssm:${region}:${accountId}:parameter${name}`,
  'aws:ecs/taskDefinition:TaskDefinition': (name, region) =>
    `arn:aws:ecs:${region}:${accountId}:task-definition/${name}:1`,
};

/** The state that a resource would have after it was made. */
export function stateOf(type: string, resource: string, inputs: Values, region: string): Record<string, unknown> {
  const name = text(inputs.name ?? inputs.bucket ?? inputs.family, resource);
  const [service = '', kind = type] = (type.split(':')[1] ?? '').split('/');
  const arn = shapes[type]?.(name, region) ?? `arn:aws:${service}:${region}:${accountId}:${kind}/${name}`;
  return { ...inputs, name, arn, ...more(type, name, arn, inputs, region) };
}

function more(type: string, name: string, arn: string, inputs: Values, region: string): Record<string, unknown> {
  switch (type) {
    case 'aws:s3/bucket:Bucket':
      return {
        bucket: name,
        bucketDomainName: `${name}.s3.amazonaws.com`,
        bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
      };
    case 'aws:sqs/queue:Queue':
      return { url: `https://sqs.${region}.amazonaws.com/${accountId}/${name}` };
    case 'aws:lambda/function:Function':
      return { publish: inputs.publish ?? false, qualifiedArn: `${arn}:1`, version: '1', invokeArn: arn };
    case 'aws:lambda/functionUrl:FunctionUrl':
      return { functionUrl: `https://mock.lambda-url.${region}.on.aws/` };
    case 'docker-build:index:Image':
      return { digest: `sha256:${'0'.repeat(64)}` };
    case 'random:index/randomBytes:RandomBytes':
      return { base64: Buffer.alloc(Number(inputs.length), 7).toString('base64') };
    default:
      return {};
  }
}

interface PolicyStatement {
  readonly sid?: string;
  readonly effect?: string;
  readonly actions?: readonly string[];
  readonly resources?: readonly string[];
  readonly principals?: readonly { type: string; identifiers: readonly string[] }[];
  readonly conditions?: readonly { test: string; variable: string; values: readonly string[] }[];
}

/** What a look-up would find. */
export function lookUp(token: string, inputs: Values, region: string): Record<string, unknown> {
  switch (token) {
    case 'aws:index/getRegion:getRegion':
      return { region, id: region };
    case 'aws:index/getPartition:getPartition':
      return { partition: 'aws', dnsSuffix: 'amazonaws.com' };
    case 'aws:index/getCallerIdentity:getCallerIdentity':
      return { accountId, arn: `arn:aws:iam::${accountId}:root`, userId: 'mock' };
    case 'aws:index/getAvailabilityZones:getAvailabilityZones':
      return { names: ['a', 'c', 'd'].map((zone) => region + zone) };
    case 'aws:iam/getPolicyDocument:getPolicyDocument':
      return { ...inputs, json: policyDocument((inputs.statements ?? []) as readonly PolicyStatement[]) };
    case 'aws:ecr/getAuthorizationToken:getAuthorizationToken':
      return {
        proxyEndpoint: `https://${accountId}.dkr.ecr.${region}.amazonaws.com`,
        userName: 'AWS',
        password: 'mock',
      };
    default:
      throw new Error(`nothing is made up for the look-up ${token}`);
  }
}

function policyDocument(statements: readonly PolicyStatement[]): string {
  const written = statements.map(({ sid, effect = 'Allow', actions, resources, principals, conditions }) => ({
    ...(sid !== undefined && { Sid: sid }),
    Effect: effect,
    Action: actions,
    Resource: resources,
    ...(principals && {
      Principal: Object.fromEntries(principals.map(({ type, identifiers }) => [type, identifiers])),
    }),
    ...(conditions && {
      Condition: Object.fromEntries(conditions.map(({ test, variable, values }) => [test, { [variable]: values }])),
    }),
  }));
  return JSON.stringify({ Version: '2012-10-17', Statement: written });
}
