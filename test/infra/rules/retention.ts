import { type Graph, ofType } from '../offline/graph.ts';

/** `production` outlives mistakes, everything else cleans up after itself; logs are kept for a while, and no longer. */
export function retention(graph: Graph): string[] {
  const broken: string[] = [];
  const isProduction = graph.stage === 'production';
  for (const { outputs } of ofType(graph, 'pulumi:pulumi:Stack')) {
    if (outputs._protect !== isProduction) broken.push(`stage ${graph.stage}: protection is ${outputs._protect}`);
  }
  for (const { name, inputs, retainOnDelete } of ofType(graph, 'aws:s3/bucket:Bucket')) {
    const say = (what: string) => broken.push(`bucket ${name}: ${what} in ${graph.stage}`);
    if (retainOnDelete !== isProduction) say(retainOnDelete ? 'stays behind' : 'goes with the stage');
    const isLake = name === 'LakeBucket';
    if (isLake && inputs.forceDestroy !== !isProduction) say(isProduction ? 'is deleted with its data' : 'is stuck');
  }
  for (const { type, name, retainOnDelete } of graph.resources) {
    const isNetwork = type === 'aws:ec2/vpc:Vpc' || type === 'aws:ec2/subnet:Subnet';
    if (isNetwork && retainOnDelete) broken.push(`${type} ${name}: stays behind`);
  }
  for (const { name, inputs } of ofType(graph, 'aws:cloudwatch/logGroup:LogGroup')) {
    if (!(Number(inputs.retentionInDays) >= 1)) broken.push(`log group ${name}: keeps logs for ever`);
  }
  return broken;
}
