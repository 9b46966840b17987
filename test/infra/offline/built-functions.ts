import { join } from 'node:path';
import { at, ofType } from './graph.ts';
import type { StageName } from './stages.ts';
import { synthesis } from './synthesis.ts';

/** A function as it would be deployed. */
export interface BuiltFunction {
  /** `Snapshot`. */
  readonly name: string;
  /** The very file that would be uploaded. */
  readonly zip: string;
  /** `bundle.handler`: file and export within it. */
  readonly handler: string;
  /** Names of what does not exist are made up. With `SST_KEY` in it, secrets can be read. */
  readonly environment: Readonly<Record<string, string>>;
  /** MB. */
  readonly memory: number;
  /** Seconds. */
  readonly timeout: number;
  readonly isStreaming: boolean;
}

/**
 * The functions of a stage by name. The test project that asks needs {@link synthesize} as its global setup.
 */
export async function builtFunctions(stage: StageName): Promise<ReadonlyMap<string, BuiltFunction>> {
  const { graph, artifacts } = await synthesis(stage);
  const urls = ofType(graph, 'aws:lambda/functionUrl:FunctionUrl');
  const functions = ofType(graph, 'aws:lambda/function:Function').map(({ name: resource, inputs }) => {
    const name = resource.replace(/Function$/, '');
    const url = urls.find((one) => one.name === `${name}Url`);
    return {
      name,
      zip: join(artifacts, name, 'code.zip'),
      handler: String(inputs.handler),
      environment: at(inputs, 'environment', 'variables') as Record<string, string>,
      memory: Number(inputs.memorySize),
      timeout: Number(inputs.timeout),
      isStreaming: url?.inputs.invokeMode === 'RESPONSE_STREAM',
    };
  });
  return new Map(functions.map((one) => [one.name, one]));
}
