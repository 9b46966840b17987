import { at, type Graph, ofType } from '../offline/graph.ts';

/** Least timeout in seconds and memory in MB, by function. */
const least: Readonly<Record<string, { readonly timeout: number; readonly memory: number }>> = {
  SnapshotFunction: { timeout: 120, memory: 1024 },
  SnapshotCcxtFunction: { timeout: 120, memory: 1024 },
  BackfillFunction: { timeout: 900, memory: 1024 },
  CoverageFunction: { timeout: 60, memory: 512 },
  ApiFunction: { timeout: 30, memory: 1024 },
};

/** Functions run on arm64 and Node 24, with time and memory for their work; the API can't use up the account. */
export function functions(graph: Graph): string[] {
  const broken: string[] = [];
  for (const { name, inputs } of ofType(graph, 'aws:lambda/function:Function')) {
    const say = (what: string) => broken.push(`function ${name}: ${what}`);
    const { timeout = 0, memory = 0 } = least[name] ?? {};
    if (least[name] === undefined) say('nobody said what it needs');
    if (!(Number(inputs.timeout) >= timeout)) say(`has ${inputs.timeout} s, less than ${timeout}`);
    if (!(Number(inputs.memorySize) >= memory)) say(`has ${inputs.memorySize} MB, less than ${memory}`);
    if (at(inputs, 'architectures', 0) !== 'arm64') say('is not for arm64');
    if (inputs.runtime !== 'nodejs24.x') say(`runs on ${inputs.runtime}`);
    if (name === 'ApiFunction' && !(Number(inputs.reservedConcurrentExecutions) >= 1)) say('has no limit of its own');
  }
  for (const { name, inputs } of ofType(graph, 'aws:lambda/functionUrl:FunctionUrl')) {
    if (inputs.cors !== undefined) broken.push(`URL ${name}: web pages may reach it (CORS)`);
    if (name !== 'ApiUrl') broken.push(`URL ${name}: only the API checks tokens`);
  }
  return broken;
}
