import { at, type Graph, ofType } from '../offline/graph.ts';
import { listOf } from './policy.ts';

/** What costs by the hour and is not needed. */
const costly = [
  'aws:ec2/natGateway:NatGateway',
  'aws:ec2/eip:Eip',
  'aws:ec2/instance:Instance',
  'aws:lb/loadBalancer:LoadBalancer',
  'aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace',
];

/** Nothing is paid for that stands in between, and nothing is let in. */
export function network(graph: Graph): string[] {
  const broken = costly.flatMap((type) => ofType(graph, type).map(({ name }) => `${type} ${name}: costs by the hour`));
  for (const { name, inputs } of ofType(graph, 'aws:ec2/vpcEndpoint:VpcEndpoint')) {
    if (inputs.vpcEndpointType !== 'Gateway') broken.push(`endpoint ${name}: costs by the hour`);
  }
  for (const { name, inputs } of ofType(graph, 'aws:ec2/securityGroup:SecurityGroup')) {
    if (listOf(inputs.ingress).length > 0) broken.push(`security group ${name}: lets something in`);
  }
  for (const { name, inputs } of ofType(graph, 'aws:ecs/service:Service')) {
    const hasWayOut = at(inputs, 'networkConfiguration', 'assignPublicIp') === true;
    if (!hasWayOut) broken.push(`service ${name}: has no address, and so no way out`);
  }
  for (const { name, inputs } of ofType(graph, 'aws:scheduler/schedule:Schedule')) {
    const task = at(inputs, 'target', 'ecsParameters');
    const hasWayOut = at(task, 'networkConfiguration', 'assignPublicIp') === true;
    if (task !== undefined && !hasWayOut) broken.push(`schedule ${name}: its task has no way out`);
  }
  for (const { name, inputs } of ofType(graph, 'aws:lambda/function:Function')) {
    if (inputs.vpcConfig !== undefined) broken.push(`function ${name}: has no way out of its network`);
  }
  return broken;
}
