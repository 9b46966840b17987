import type { Values } from './mock-values.ts';

/** A resource or component of the program, as Pulumi would have been asked for it. */
export interface GraphResource {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly urn: string;
  readonly parent: string;
  readonly isComponent: boolean;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly inputs: Values;
  /** Paths of the inputs that Pulumi keeps encrypted. */
  readonly secrets: readonly string[];
  /** What a component, or the stack, states of itself. */
  readonly outputs: Values;
}

/** Everything that a deployment would make. */
export interface Graph {
  readonly stage: string;
  readonly resources: readonly GraphResource[];
}

/** All resources of a type, `aws:sqs/queue:Queue`. */
export function ofType({ resources }: Graph, type: string): readonly GraphResource[] {
  return resources.filter((resource) => resource.type === type);
}

/** The resource of a type and name. @throws RangeError when there is none. */
export function named(graph: Graph, type: string, name: string): GraphResource {
  const found = ofType(graph, type).find((resource) => resource.name === name);
  if (found === undefined) throw new RangeError(`no ${type} ${name} in stage ${graph.stage}`);
  return found;
}

/** A value inside of a resource's inputs: `at(queue.inputs, 'target', 'deadLetterConfig', 'arn')`. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<string | number, unknown>)[key] : undefined,
    value,
  );
}
