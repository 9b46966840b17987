import { at, type Graph, type GraphResource, ofType } from '../offline/graph.ts';

/** A statement of an IAM policy, with lists where one may be written alone. */
export interface PolicyStatement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** `AWS: *`, `Service: lambda.amazonaws.com`. */
  readonly principals: readonly string[];
  readonly condition: unknown;
}

/** Reads a policy document, whether it is a text or an object. */
export function statementsOf(policy: unknown): PolicyStatement[] {
  const document: unknown = typeof policy === 'string' ? JSON.parse(policy) : policy;
  return listOf(at(document, 'Statement')).map((statement) => ({
    effect: String(at(statement, 'Effect')),
    actions: listOf(at(statement, 'Action')).map(String),
    resources: listOf(at(statement, 'Resource')).map(String),
    principals: Object.entries((at(statement, 'Principal') ?? {}) as Record<string, unknown>).flatMap(([kind, ids]) =>
      listOf(ids).map((id) => `${kind}: ${id}`),
    ),
    condition: at(statement, 'Condition'),
  }));
}

/** What a role allows by itself. */
export function allowedBy(role: GraphResource): PolicyStatement[] {
  return listOf(role.inputs.inlinePolicies).flatMap((policy) => statementsOf(at(policy, 'policy')));
}

/** The role of an ARN. */
export function roleOf(graph: Graph, arn: unknown): GraphResource | undefined {
  return ofType(graph, 'aws:iam/role:Role').find(({ inputs }) => String(arn).endsWith(`:role/${inputs.name}`));
}

/** Whether a role may do something with one thing. */
export function allows(role: GraphResource | undefined, action: string, resource: unknown): boolean {
  return (
    role !== undefined &&
    allowedBy(role).some(({ actions, resources }) => actions.includes(action) && resources.includes(String(resource)))
  );
}

/** A list, also of what stands alone; empty for nothing. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
